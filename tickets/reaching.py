"""Safe contact: whether a notice may leave at all, when, and what it may say."""

from store import Tx, callbacks
from store.callbacks import Reach
from tickets import safe_time
from tickets.safe_time import Window

WORDING = "2"  # version of the words under which a number and a safe time are kept


def window_of(reach: Reach) -> Window | None:
    return None if reach.safe_from is None or reach.safe_to is None else Window(reach.safe_from, reach.safe_to)


def notice_at(reach: Reach, now: int) -> int | None:
    """When a neutral line may reach her: now, later, or (None) never."""
    if not reach.notices:
        return None
    window = window_of(reach)
    return now if window is None else window.opens(now)


def remember(
    tx: Tx,
    contact_id: int,
    *,
    how: str | None = None,
    words: str | None = None,
    named: bool | None = None,
    notices: bool | None = None,
    now: int,
) -> Reach:
    """Keep what she said about being reached; what she did not say stays as it was."""
    values: dict[str, object] = {"wording": WORDING}
    if how is not None:
        values["how"] = how
    if named is not None:
        values["named"] = named
    if notices is not None:
        values["notices"] = notices
    if words is not None:
        values["safe_words"] = words
        window = safe_time.read(words)
        if window is not None:
            values |= {"safe_from": window.start, "safe_to": window.end}
    callbacks.set_reach(tx, contact_id, values, now=now)
    return callbacks.reach_of(tx, contact_id)
