"""Every matter lands on one county-level unit; danger, violence and minors are told to the city as well."""

from typing import Any

import pytest

from tickets.org import load_org
from tickets.routing import Route, route, ticket_number

ORG = load_org("suzhou")
PLAIN: dict[str, Any] = {
    "topic": "marriage_divorce", "group": "marriage", "dept": "family", "unit": "kunshan",
    "danger_kind": None, "danger_level": None, "green": False,
}  # fmt: skip


def go(**changes: Any) -> Route:
    return route(org=ORG, **{**PLAIN, **changes})


RIGHTS = {"group": "rights", "dept": "rights"}
COMPLAINT = {"topic": "other_complaint", "group": "other", "dept": "office"}
DANGER = {"danger_kind": "violence_now", "danger_level": "immediate"}
WATCH = {"danger_kind": "violence_recent", "danger_level": "watch"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Route("kunshan", "family", (), "normal")),
        ({"unit": None}, Route("sz", "family", (), "normal")),
        ({"unit": "sz"}, Route("sz", "family", (), "normal")),
        ({"unit": "atlantis"}, Route("sz", "family", (), "normal")),
        ({"green": True}, Route("kunshan", "family", (), "green")),
        ({"topic": "rights_dv", **RIGHTS}, Route("kunshan", "rights", ("sz",), "green")),
        ({"topic": "rights_minor", **RIGHTS}, Route("kunshan", "rights", ("sz",), "green")),
        ({"topic": "rights_harassment", **RIGHTS}, Route("kunshan", "rights", ("sz",), "normal")),
        ({"topic": "rights_dv", **RIGHTS, "unit": None}, Route("sz", "rights", (), "green")),
        ({"topic": "rights_land", **RIGHTS}, Route("kunshan", "rights", (), "normal")),
        (
            {"topic": "loan_policy", "group": "loan", "dept": "development", "unit": "sip"},
            Route("sip", "development", (), "normal"),
        ),
        (
            {"topic": "job_training", "group": "job", "dept": "development"},
            Route("kunshan", "development", (), "normal"),
        ),
        ({"topic": "job_dispute", "group": "job", "dept": "rights"}, Route("kunshan", "rights", (), "normal")),
        ({"topic": "command_human", "group": "command", "dept": None}, Route("kunshan", None, (), "normal")),
        (DANGER, Route("kunshan", "rights", ("sz",), "urgent")),
        ({**DANGER, "unit": None}, Route("sz", "rights", (), "urgent")),  # never waits for a place
        ({**DANGER, "green": True}, Route("kunshan", "rights", ("sz",), "urgent")),
        (
            {**DANGER, "topic": "smalltalk_chat", "group": "smalltalk", "dept": None},
            Route("kunshan", "rights", ("sz",), "urgent"),
        ),
        (WATCH, Route("kunshan", "rights", ("sz",), "green")),
        ({"danger_kind": "threat", "danger_level": "urgent"}, Route("kunshan", "rights", ("sz",), "urgent")),
        ({"danger_kind": "suicide", "danger_level": "immediate"}, Route("kunshan", "family", ("sz",), "urgent")),
        (
            {"danger_kind": "suicide", "danger_level": "immediate", "topic": "rights_dv", **RIGHTS},
            Route("kunshan", "rights", ("sz",), "urgent"),
        ),
        (
            {"danger_kind": "mass_event", "danger_level": "watch", **RIGHTS},
            Route("kunshan", "office", ("sz",), "green"),
        ),
        ({"danger_level": "none"}, Route("kunshan", "family", (), "normal")),
        (COMPLAINT, Route("sz", "office", (), "normal")),  # not even a copy to the unit complained about
        ({**COMPLAINT, **DANGER}, Route("sz", "office", (), "urgent")),
    ],
)
def test_routes(changes: dict[str, Any], expected: Route) -> None:
    assert go(**changes) == expected


@pytest.mark.parametrize("unit", [*ORG.units, None])
@pytest.mark.parametrize("topic", ["rights_dv", "marriage_divorce", "loan_rate", "other_complaint"])
@pytest.mark.parametrize("level", [None, "watch", "urgent", "immediate"])
def test_the_owner_is_never_its_own_copy(unit: str | None, topic: str, level: str | None) -> None:
    found = go(unit=unit, topic=topic, danger_level=level, danger_kind="threat" if level else None)
    assert found.unit in ORG.units
    assert found.unit not in found.cc
    assert set(found.cc) <= {"sz"}


@pytest.mark.parametrize(
    ("now", "counter", "number"),
    [
        (1_795_399_200_000_000, 7, "SZ20261123-0007"),  # 10:00 in Beijing
        (1_795_363_199_000_000, 1, "SZ20261122-0001"),  # one second before midnight
        (1_795_363_200_000_000, 1, "SZ20261123-0001"),
        (1_795_399_200_000_000, 12345, "SZ20261123-12345"),
    ],
)
def test_numbers_carry_the_day_in_beijing(now: int, counter: int, number: str) -> None:
    assert ticket_number("SZ", now, counter) == number
