"""Every pair of states and every role: allowed where the table says so, refused with the right status elsewhere."""

from itertools import product

import pytest

from tickets.errors import Refused
from tickets.states import CLOSED, NEEDS, PAUSED, ROLES, STATES, STEPS, can, check, steps_from

# Written out a second time, by hand: start -> {end: who}. s seat, l lead, a admin, c clock, h her.
TABLE = {
    "received": {"assigned": "slac", "accepted": "sl", "archived": "lh"},
    "assigned": {"assigned": "la", "accepted": "sl", "returned": "sl", "archived": "lh"},
    "accepted": {
        "in_progress": "sl",
        "waiting": "sl",
        "answered": "sl",
        "returned": "sl",
        "assigned": "sl",
        "archived": "lh",
    },
    "returned": {"assigned": "sla", "accepted": "l", "archived": "lh"},
    "in_progress": {"waiting": "sl", "answered": "sl", "assigned": "sl", "archived": "lh"},
    "waiting": {"in_progress": "slhc", "answered": "sl", "archived": "lh"},
    "answered": {"in_progress": "slh", "followed_up": "slh", "reopened": "lh", "archived": "lh"},
    "followed_up": {"archived": "slh", "reopened": "slh"},
    "archived": {"reopened": "slah"},
    "reopened": {"assigned": "sla", "accepted": "sl", "in_progress": "sl", "archived": "lh"},
}
LETTERS = {"s": "seat", "l": "lead", "a": "admin", "c": "clock", "h": "her"}
ALL = tuple(NEEDS)


@pytest.mark.parametrize(("start", "end"), list(product(STATES, STATES)))
def test_every_pair(start: str, end: str) -> None:
    allowed = {LETTERS[letter] for letter in TABLE[start].get(end, "")}
    for role in ROLES:
        assert can(start, end, role) is (role in allowed), role
        if role in allowed:
            assert check(start, end, role, ALL).end == end
            continue
        with pytest.raises(Refused) as refused:
            check(start, end, role, ALL)
        assert refused.value.status == (403 if allowed else 409)


@pytest.mark.parametrize(
    ("start", "end", "role", "given", "missing"),
    [
        ("received", "assigned", "lead", (), "承办单位"),
        ("assigned", "assigned", "lead", ("unit",), "理由"),
        ("assigned", "returned", "seat", (), "理由"),
        ("accepted", "waiting", "seat", ("reason",), "给来访者的话"),
        ("in_progress", "answered", "seat", (), "给来访者的话"),
        ("answered", "followed_up", "seat", (), "办理结果"),
        ("answered", "followed_up", "her", (), "办理结果"),
        ("followed_up", "archived", "seat", ("outcome",), "确认后的事项"),
        ("followed_up", "archived", "seat", (), "办理结果、确认后的事项"),
        ("in_progress", "archived", "lead", ("outcome",), "理由"),
        ("archived", "reopened", "seat", (), "理由"),
        ("archived", "reopened", "her", (), None),
        ("received", "archived", "her", (), None),
        ("waiting", "in_progress", "clock", (), None),
    ],
)
def test_what_a_step_needs(start: str, end: str, role: str, given: tuple[str, ...], missing: str | None) -> None:
    if missing is None:
        check(start, end, role, given)
        return
    with pytest.raises(Refused, match=missing) as refused:
        check(start, end, role, given)
    assert refused.value.status == 422


@pytest.mark.parametrize("start", [state for state in STATES if can(state, "archived", "her")])
def test_danger_is_never_closed_by_her_phone(start: str) -> None:
    check(start, "archived", "her", ALL)
    with pytest.raises(Refused) as refused:
        check(start, "archived", "her", ALL, danger=True)
    assert refused.value.status == 403


def test_danger_is_closed_by_a_person_with_a_reason() -> None:
    with pytest.raises(Refused, match="理由"):
        check("followed_up", "archived", "seat", ("outcome", "topic"), danger=True)
    assert check("followed_up", "archived", "seat", ALL, danger=True).end == "archived"
    check("received", "accepted", "seat", danger=True)  # nothing but closing is harder


def test_refusals_read_well() -> None:
    with pytest.raises(Refused, match="“归档”的工单不能直接转为“分派”"):
        check("archived", "assigned", "lead", ALL)
    with pytest.raises(Refused, match="管理员不能把工单转为“反馈”"):
        check("in_progress", "answered", "admin", ALL)


@pytest.mark.parametrize(("start", "end", "status"), [("received", "nowhere", 422), ("nowhere", "archived", 409)])
def test_states_that_do_not_exist(start: str, end: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        check(start, end, "lead", ALL)
    assert refused.value.status == status


def test_the_table_is_sound() -> None:
    assert all(step.start in STATES and step.end in STATES for step in STEPS)
    assert all(step.roles <= set(ROLES) and step.needs <= set(NEEDS) for step in STEPS)
    keys = [(step.start, step.end, role) for step in STEPS for role in step.roles]
    assert len(keys) == len(set(keys)), "one rule a role"
    assert set(CLOSED) | set(PAUSED) <= set(STATES)
    assert not any("clock" in step.roles and step.end in CLOSED for step in STEPS)


@pytest.mark.parametrize("state", list(STATES))
def test_staff_can_always_get_on_and_reach_the_archive(state: str) -> None:
    assert steps_from(state, "lead")
    reached, edge = {state}, {state}
    while edge:
        edge = {step.end for start in edge for step in steps_from(start, "seat") + steps_from(start, "lead")} - reached
        reached |= edge
    assert "archived" in reached
