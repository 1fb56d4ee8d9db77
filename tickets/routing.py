"""Which unit and department a matter goes to, who is told besides, and how urgent it is."""

from dataclasses import dataclass

from tickets.org import Org
from tickets.workdays import local

ALARMING = frozenset({"immediate", "urgent"})
COMPLAINT = "other_complaint"
# Violence, minors, sexual offences stay with the rights departments of district and city: in a village everybody knows.
BOTH = frozenset({"rights_dv", "rights_minor", "rights_harassment"})
# Who brings these matters belongs to a protected group already: victims of violence at home, minors.
PROTECTED = frozenset({"rights_dv", "rights_minor"})
DANGER_DEPT = {"mass_event": "office", "suicide": "family"}


@dataclass(frozen=True, slots=True)
class Route:
    unit: str  # county-level, or the city where it is not known
    dept: str | None
    cc: tuple[str, ...]
    priority: str  # urgent, green, normal


def route(
    *,
    topic: str,
    group: str,
    dept: str | None,
    unit: str | None,
    danger_kind: str | None,
    danger_level: str | None,
    green: bool,
    org: Org,
) -> Route:
    """`danger_*` only when sure; `dept` is the taxonomy's; `green` when she belongs to a protected group."""
    danger = danger_level not in {None, "none"}
    # A complaint goes one level up, and nothing of it reaches the unit complained about.
    owner = org.city if topic == COMPLAINT else _county(unit, org)
    cc = (org.city,) if owner != org.city and (danger or topic in BOTH) else ()
    return Route(
        unit=owner,
        dept=_danger_dept(danger_kind, group, dept) if danger and topic != COMPLAINT else dept,
        cc=cc,
        priority=_priority(danger_level, green=green or topic in PROTECTED),
    )


def _county(unit: str | None, org: Org) -> str:
    """A place we cannot name never holds a ticket up."""
    return unit if unit in org.units and unit is not None else org.city


def _danger_dept(kind: str | None, group: str, dept: str | None) -> str:
    if group == "rights" and kind != "mass_event":
        return dept or "rights"
    return DANGER_DEPT.get(kind or "", "rights")


def _priority(level: str | None, *, green: bool) -> str:
    if level in ALARMING:
        return "urgent"
    return "green" if level == "watch" or green else "normal"


def ticket_number(prefix: str, now: int, counter: int) -> str:
    """SZ20261123-0007: the day in Beijing, the counter of that day."""
    return f"{prefix}{local(now):%Y%m%d}-{counter:04}"
