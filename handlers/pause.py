"""他来了, 先不说了, 别发了: one short word, then silence until she writes."""

from handlers import heard
from handlers.phrases import say
from handlers.topics import commanded
from handlers.turn import Outcome, Pause, Reply, Turn

SHORT = 12  # characters up to which the words alone decide


def meant(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    return commanded(turn, "command_pause") or (heard.SILENCE.search(said) is not None and len(said) <= SHORT)


def handle(turn: Turn) -> Outcome | None:
    if not meant(turn):
        return None
    quiet = Reply(say("pause.quiet"), quiet=True)
    return Outcome(handler="pause", replies=(quiet,), state=turn.state, actions=(Pause(),))
