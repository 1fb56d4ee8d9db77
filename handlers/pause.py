"""他来了, 先不说了, 别发了: one short word, then silence until she writes."""

import re

from handlers import heard, matters
from handlers.phrases import say
from handlers.topics import commanded
from handlers.turn import Outcome, Pause, Reply, Turn

COMES = re.compile(
    r"(?:他|我?老公|丈夫|男人|婆婆|公公|家里人|家人|孩子爸?|有人)(?:又|突然|要|快)?(?:来|回来|过来|进来|到家)了(?:先这样|先不说|等会儿?说|回头说|不说)?了?"
)
# The other way round: she can talk again.
BACK = re.compile(
    r"(?:好了|可以了|现在)*(?:我(?:又|已经)?(?:回来|在|到单位|出来|安全)了|(?:他|老公|婆婆|他们)(?:已经)?(?:走|出去|出门|上班去?|睡(?:着)?)了)"
    r"(?:可以说了?|能说了?|接着说|继续说)?(?:现在)?(?:可以说了?|能说了?)?"
)
SHORT = 12  # characters up to which the words alone decide


def meant(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    if BACK.fullmatch(said):
        return False
    if commanded(turn, "command_pause") or COMES.fullmatch(said):
        return True
    return heard.SILENCE.search(said) is not None and len(said) <= SHORT


def handle(turn: Turn) -> Outcome | None:
    if not meant(turn):
        return _back(turn)
    quiet = Reply(say("pause.quiet"), quiet=True)
    return Outcome(handler="pause", replies=(quiet,), state=turn.state, actions=(Pause(),))


def _back(turn: Turn) -> Outcome | None:
    """我回来了 answers no question that was open when he came; after a danger it says more than that."""
    if not turn.paused or turn.held or matters.dangerous(turn) or not BACK.fullmatch(heard.bare(turn.text)):
        return None
    return Outcome(handler="smalltalk", replies=(Reply(say("pause.back")),), state=turn.state.onward())
