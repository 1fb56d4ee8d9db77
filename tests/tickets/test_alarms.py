"""An alarm is heard by a person or she is told that nobody is there, in nine minutes and whatever happens to us."""

from collections.abc import Sequence

import pytest

from tickets.alarms import AGAIN, KINDS, WAIT, Step, due_since, next_step

MINUTE = 60 * 1_000_000
DISTRICT, CITY, LEADERS = [1, 2, 3], [11, 12], [21, 22]


def step(
    number: int,
    minutes: float,
    *,
    duty: Sequence[Sequence[int]] = (DISTRICT, CITY),
    leaders: Sequence[int] = LEADERS,
    hidden: Sequence[int] = (),
) -> Step | None:
    return next_step(duty=duty, leaders=leaders, step=number, step_at=0, now=int(minutes * MINUTE), hidden=hidden)


@pytest.mark.parametrize(
    ("number", "minutes", "expected"),
    [
        (0, 0, Step(1, "first", (1, 11))),  # district and city side by side, at once
        (1, 2.9, None),
        (1, 3, Step(2, "next", (2, 12))),
        (2, 2.9, None),
        (2, 3, Step(3, "all", (1, 2, 3, 11, 12, 21, 22))),
        (3, 2.9, None),
        (3, 3, Step(4, "nobody", (1, 2, 3, 11, 12, 21, 22))),
        (4, 9.9, None),
        (4, 10, Step(5, "again", (1, 2, 3, 11, 12, 21, 22))),
        (17, 10, Step(18, "again", (1, 2, 3, 11, 12, 21, 22))),
    ],
)
def test_the_plan(number: int, minutes: float, expected: Step | None) -> None:
    assert step(number, minutes) == expected


@pytest.mark.parametrize(
    ("duty", "leaders", "expected"),
    [
        ([[], []], [], Step(4, "nobody", ())),  # told at once: nobody can be rung
        ([], [], Step(4, "nobody", ())),
        ([[], []], [21], Step(3, "all", (21,))),
        ([[], [11]], [], Step(1, "first", (11,))),
        ([[1], [1]], [1], Step(1, "first", (1,))),
    ],
)
def test_steps_with_nobody_to_ring_are_passed_over(duty: list[list[int]], leaders: list[int], expected: Step) -> None:
    assert step(0, 0, duty=duty, leaders=leaders) == expected


def test_a_single_person_is_not_given_the_wait_of_the_second() -> None:
    assert step(1, 3, duty=[[1]], leaders=[21]) == Step(3, "all", (1, 21))


def test_nobody_is_rung_again_where_nobody_is() -> None:
    assert step(4, 600, duty=[], leaders=[]) is None


@pytest.mark.parametrize(
    ("number", "minutes", "expected"),
    [
        (0, 3, Step(2, "next", (1, 11, 2, 12))),
        (1, 6, Step(3, "all", (2, 12, 1, 3, 11, 21, 22))),
        (0, 9, Step(4, "nobody", (1, 11, 2, 12, 3, 21, 22))),
        (0, 600, Step(4, "nobody", (1, 11, 2, 12, 3, 21, 22))),
    ],
)
def test_time_we_stood_still_is_made_up_for(number: int, minutes: float, expected: Step) -> None:
    assert step(number, minutes) == expected


def test_seats_the_case_is_kept_from_are_never_rung() -> None:
    steps = [step(number, 10, hidden=[1, 22]) for number in range(6)]
    assert all(found is not None and not {1, 22} & set(found.seats) for found in steps)
    assert step(0, 0, hidden=[1, 22]) == Step(1, "first", (2, 11))


@pytest.mark.parametrize("leaders", [[], [21]])
@pytest.mark.parametrize("duty", [[], [[1]], [[1, 2], []], [[1, 2, 3], [11, 12]]])
@pytest.mark.parametrize("tick", [1, 7, 60, 400])
def test_she_is_told_within_nine_minutes_and_a_tick(duty: list[list[int]], leaders: list[int], tick: int) -> None:
    number, step_at, told, kinds = 0, 0, None, []
    for now in range(0, 40 * MINUTE, tick * 1_000_000):
        found = next_step(duty=duty, leaders=leaders, step=number, step_at=step_at, now=now)
        if found is None:
            continue
        number, step_at = found.number, now
        kinds.append(found.kind)
        if found.kind == "nobody":
            told = now
    assert told is not None
    assert told <= 9 * MINUTE + 4 * tick * 1_000_000
    assert kinds.count("nobody") == 1
    assert [kind for kind in kinds if kind in KINDS] == [kind for kind in KINDS if kind in kinds]
    assert ("again" in kinds) is bool(leaders or any(duty))
    assert AGAIN > WAIT


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("minutes", [-1, 0, 2.9, 3, 9.9, 10, 60])
@pytest.mark.parametrize(("duty", "leaders"), [((DISTRICT, CITY), LEADERS), (((), ()), ())])
def test_what_is_due_is_looked_for(
    number: int, minutes: float, duty: Sequence[Sequence[int]], leaders: Sequence[int]
) -> None:
    """The store is asked only for alarms that stand still this long: it must not miss one."""
    limits = due_since(int(minutes * MINUTE))
    found = limits[max(from_step for from_step in limits if from_step <= number)] >= 0
    assert found or step(number, minutes, duty=duty, leaders=leaders) is None
