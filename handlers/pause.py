"""他来了, 先不说了, 别发了: one short word, then silence until she writes."""

import re

from handlers import heard
from handlers.phrases import say
from handlers.topics import commanded
from handlers.turn import Outcome, Pause, Reply, Turn

COMES = re.compile(
    r"(?:他|我?老公|丈夫|男人|婆婆|公公|家里人|家人|孩子爸?|有人)(?:又|突然|要|快)?(?:来|回来|过来|进来|到家)了(?:先这样|先不说|等会儿?说|回头说|不说)?了?"
)
SHORT = 12  # characters up to which the words alone decide


def meant(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    if commanded(turn, "command_pause") or COMES.fullmatch(said):
        return True
    return heard.SILENCE.search(said) is not None and len(said) <= SHORT


def handle(turn: Turn) -> Outcome | None:
    if not meant(turn):
        return None
    quiet = Reply(say("pause.quiet"), quiet=True)
    return Outcome(handler="pause", replies=(quiet,), state=turn.state, actions=(Pause(),))
