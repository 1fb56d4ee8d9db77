"""Staff talk to her: the bot keeps still, and her words reach the matter they work on."""

from handlers import heard, matters
from handlers.turn import Outcome, Turn


def handle(turn: Turn) -> Outcome | None:
    if not turn.held or (turn.unread and heard.READS.match(heard.bare(turn.text))):
        return None
    matter = matters.dangerous(turn) or next(iter(turn.matters), None)
    actions = () if matter is None else (matters.join(turn, matter),)
    return Outcome(handler="held", replies=(), state=turn.state.onward(), actions=actions)
