"""他来了, 先不说了, 别发了: one short word, then silence until she writes."""

from handlers import heard
from handlers.phrases import say
from handlers.turn import Outcome, Pause, Reply, Turn

SHORT = 12  # characters up to which the words alone decide


def handle(turn: Turn) -> Outcome | None:
    understood = turn.understanding
    said = heard.bare(turn.text)
    meant = understood.intent == "command_pause" and not understood.abstain
    if not meant and not (heard.SILENCE.search(said) and len(said) <= SHORT):
        return None
    return Outcome(
        handler="pause", replies=(Reply(say("pause.quiet"), quiet=True),), state=turn.state, actions=(Pause(),)
    )
