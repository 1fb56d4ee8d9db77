"""在吗, 我老公, 昨晚又: she has not finished; one 我在听 at most, and everything is read together with what follows."""

from handlers import heard
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

PATIENCE = 4  # fragments that may wait; the fifth is answered
SHORT = 10


def handle(turn: Turn) -> Outcome | None:
    state = turn.state
    if len(state.waiting) >= PATIENCE or not (heard.fragment(turn.text) or _beginning(turn)):
        return None
    replies = () if state.listening else (Reply(say("smalltalk.listening")),)
    return Outcome(
        handler="waiting",
        replies=replies,
        state=state.but(waiting=(*state.waiting, turn.text), listening=True),
        waits=True,
    )


def _beginning(turn: Turn) -> bool:
    """Small talk that opens a matter, before anything was said: 怎么讲呢这个事."""
    understood = turn.understanding
    said = heard.bare(turn.text)
    return (
        understood.intent == "smalltalk_chat"
        and not understood.abstain
        and not turn.state.listening
        and 0 < len(said) <= SHORT
        and ("事" in said or "问" in said or "讲" in said or "说" in said)
    )
