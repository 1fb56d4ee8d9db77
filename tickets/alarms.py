"""Who is rung next while nobody has taken an alarm, until she is told that nobody has answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

WAIT = 3 * 60 * 1_000_000  # microseconds each step gets
AGAIN = 10 * 60 * 1_000_000
KINDS = ("first", "next", "all", "nobody")
NOBODY = len(KINDS)


@dataclass(frozen=True, slots=True)
class Step:
    number: int  # 1 first, 2 next, 3 all with the leaders, 4 nobody answered, 5… rung again
    kind: str  # first, next, all, nobody, again
    seats: tuple[int, ...]  # to ring now, in order


def due_since(now: int) -> dict[int, int]:
    """For an alarm at each of these steps or later: when it must have got there for `next_step` to find it due."""
    return {0: now, 1: now - WAIT, NOBODY: now - AGAIN}


def next_step(
    *,
    duty: Sequence[Sequence[int]],
    leaders: Sequence[int],
    step: int,
    step_at: int,
    now: int,
    hidden: Collection[int] = (),
) -> Step | None:
    """The step that is due, or None while the last one still has time.

    `duty`: one ordered list for each unit alarmed, rung side by side. `step` 0 has rung nobody: its first ring is due
    at once. Steps with nobody to ring are passed over at once, and steps missed while the program stood still are made
    up for together: she must not wait for a queue of ours. After `nobody` everyone is rung again at longer intervals,
    as long as there is anyone. `hidden` seats must not learn of the case.
    """
    lists = [[seat for seat in seats if seat not in hidden] for seats in duty]
    top = [seat for seat in leaders if seat not in hidden]
    if step >= NOBODY:
        seats = _seats(3, lists, top)
        return Step(step + 1, "again", seats) if seats and now - step_at >= AGAIN else None
    due = step_at if step == 0 else step_at + WAIT
    if now < due:
        return None
    ring: list[int] = []
    while step < NOBODY and (due <= now or not ring):
        step += 1
        seats = _seats(step, lists, top)
        ring += seats
        due += WAIT if seats else 0
    return Step(step, KINDS[step - 1], tuple(dict.fromkeys(ring)))


def _seats(step: int, lists: Sequence[Sequence[int]], leaders: Sequence[int]) -> tuple[int, ...]:
    if step <= 2:
        return tuple(dict.fromkeys(seats[step - 1] for seats in lists if len(seats) >= step))
    everyone = [seat for seats in lists for seat in seats] + list(leaders)
    return tuple(dict.fromkeys(everyone))
