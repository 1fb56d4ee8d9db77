"""不是昆山是太仓: the place of the open form and ticket changes, and the ticket says so."""

import re

from handlers import edits, heard, matters
from handlers.phrases import say
from handlers.turn import Action, Outcome, Reply, Turn

WORDS = re.compile(
    r"不(?:是|在)[^，。,.]{1,12}[，,。\s]*(?:而|应该)?(?:是|在)|(?:说|写|打|搞|弄|填|记)错了?|(?:更正|改)(?:一下|成|为)|应该是|其实(?:是|在)"
)
LONGEST = 30  # characters of a correction; longer ones tell something else too


def of_place(turn: Turn) -> bool:
    """说错了，是相城的 is about the place and not about what the bot understood."""
    said = turn.text.strip()
    return turn.unit is not None and len(said) <= LONGEST and WORDS.search(said) is not None


def handle(turn: Turn) -> Outcome | None:
    """The unit of `turn` is the one she means now; without an open matter the state has it already."""
    said = turn.text.strip()
    if turn.unit is None or not (edits.moved(turn) or of_place(turn)):
        return None
    if heard.asks(said) and not (turn.edited and turn.matters):
        return None
    wrong = [matter for matter in turn.matters if matter.unit != turn.unit]
    if turn.matters and not wrong:
        return None
    actions: tuple[Action, ...] = tuple(
        matters.join(turn, matter, unit=turn.unit, corrects=True, facts={"where": said}) for matter in wrong[:1]
    )
    words = say("corrected", place=turn.unit_name(turn.unit))
    return Outcome("corrected", (Reply(words),), turn.state.onward(), actions)
