"""Short warm replies to greetings, thanks, doubts about who is speaking, and anger."""

from handlers import buttons, heard, topics
from handlers.phrases import require, say
from handlers.turn import Outcome, Reply, Turn

KEYS = {
    f"smalltalk_{name}": f"smalltalk.{name}"
    for name in ("greet", "thanks", "identity", "chat", "affirm", "deny", "abuse")
}
ALWAYS_A_PERSON = frozenset({"smalltalk_identity", "smalltalk_abuse", "smalltalk_greet"})

require(*KEYS.values())


def handle(turn: Turn) -> Outcome | None:
    understood = turn.understanding
    if heard.PRIVACY.search(turn.text) and (understood.group in topics.PLAIN or understood.abstain):
        return Outcome("smalltalk", (Reply(say("smalltalk.privacy"), (buttons.HUMAN,)),), turn.state.onward())
    key = KEYS.get(understood.intent)
    if key is None or understood.abstain:
        return None
    shown = (buttons.HUMAN,) if understood.intent in ALWAYS_A_PERSON else ()
    return Outcome("smalltalk", (Reply(say(key), shown),), turn.state.onward())
