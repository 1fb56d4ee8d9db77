"""How much time a ticket has left, in words, and whether that is little."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from store.rows import Ticket
from tickets.catalogue import ServiceHours
from tickets.clock import remaining
from web.times import whole

HOUR: Final = 3600 * 1_000_000
NEAR_FIRST: Final = 1 * HOUR
NEAR_CLOSE: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Due:
    words: str
    whole: str
    near: bool


def due_of(ticket: Ticket, *, now: int, hours: ServiceHours, corrections: Mapping[str, bool]) -> Due:
    """The next limit: the first answer until there was one, then the end."""
    if ticket.closed_at is not None:
        return Due("", "", near=False)
    if ticket.state == "waiting":
        return Due("等她补充", "时钟已停", near=False)
    first = ticket.first_reply_at is None and ticket.due_first is not None
    at = ticket.due_first if first else ticket.due_close
    if at is None:
        return Due("", "", near=False)
    natural = first and ticket.danger_kind is not None
    left = remaining(now, at, natural=natural, hours=hours, corrections=corrections)
    note = f"（{ticket.due_note}）" if ticket.due_note else ""
    kind = "首次答复" if first else "办结"
    return Due(f"{kind}{left}", f"{kind}期限 {whole(at)}{note}", near=at - now < (NEAR_FIRST if first else NEAR_CLOSE))
