"""The life of a ticket as a table: which step leads where, who may take it, and what it needs."""

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from tickets.errors import Refused

STATES = MappingProxyType({
    "received": "受理",
    "assigned": "分派",
    "accepted": "签收",
    "returned": "退单",
    "in_progress": "办理",
    "waiting": "待补充",
    "answered": "反馈",
    "followed_up": "回访",
    "archived": "归档",
    "reopened": "重办",
})  # fmt: skip
CLOSED = frozenset({"archived"})
PAUSED = frozenset({"waiting"})  # the clock stands: we wait for her
ROLES = MappingProxyType({"seat": "坐席", "lead": "负责人", "admin": "管理员", "clock": "系统时钟", "her": "来访者"})
STAFF = frozenset({"seat", "lead", "admin"})
NEEDS = MappingProxyType({
    "unit": "承办单位",
    "reason": "理由",
    "reply": "给来访者的话",
    "outcome": "办理结果",
    "topic": "确认后的事项",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    start: str
    end: str
    roles: frozenset[str]
    needs: frozenset[str]


def _step(start: str, end: str, roles: str, needs: str = "") -> Step:
    return Step(start, end, frozenset(roles.split()), frozenset(needs.split()))


# An administrator looks after the system: assigns and reopens, but does not answer women. The clock never closes a
# ticket: that takes a person, or herself.
STEPS = (
    _step("received", "assigned", "seat lead admin clock", "unit"),
    _step("received", "accepted", "seat lead"),  # 首问: whoever takes it has it
    _step("assigned", "assigned", "lead admin", "unit reason"),
    _step("assigned", "accepted", "seat lead"),
    _step("assigned", "returned", "seat lead", "reason"),
    _step("returned", "assigned", "seat lead admin", "unit"),
    _step("returned", "accepted", "lead"),
    _step("accepted", "in_progress", "seat lead"),
    _step("accepted", "waiting", "seat lead", "reply"),
    _step("accepted", "answered", "seat lead", "reply"),
    _step("accepted", "returned", "seat lead", "reason"),
    _step("accepted", "assigned", "seat lead", "unit reason"),
    _step("in_progress", "waiting", "seat lead", "reply"),
    _step("in_progress", "answered", "seat lead", "reply"),
    _step("in_progress", "assigned", "seat lead", "unit reason"),
    _step("waiting", "in_progress", "seat lead her clock"),  # the clock: she kept silent, a person looks again
    _step("waiting", "answered", "seat lead", "reply"),
    _step("answered", "in_progress", "seat lead her"),
    _step("answered", "followed_up", "seat lead her", "outcome"),
    _step("answered", "reopened", "lead", "reason"),
    _step("answered", "reopened", "her"),
    _step("followed_up", "archived", "seat lead", "outcome topic"),
    _step("followed_up", "reopened", "seat lead", "reason"),
    _step("followed_up", "reopened", "her"),
    _step("archived", "reopened", "seat lead admin", "reason"),
    _step("archived", "reopened", "her"),
    _step("reopened", "assigned", "seat lead admin", "unit"),
    _step("reopened", "accepted", "seat lead"),
    _step("reopened", "in_progress", "seat lead"),
    # Closed early: a duplicate, not ours, or she takes it back.
    *(
        step
        for state in STATES
        if state not in {"followed_up", "archived"}
        for step in (_step(state, "archived", "lead", "outcome reason"), _step(state, "archived", "her"))
    ),
    _step("followed_up", "archived", "her"),
)


def can(state: str, to: str, role: str) -> bool:
    return any(step.start == state and step.end == to and role in step.roles for step in STEPS)


def steps_from(state: str, role: str) -> tuple[Step, ...]:
    """What this role may do next, in the order of the table."""
    return tuple(step for step in STEPS if step.start == state and role in step.roles)


def check(state: str, to: str, role: str, given: Collection[str] = (), *, danger: bool = False) -> Step:
    """The step, or Refused: 409 not from here, 403 not this role, 422 something is missing.

    An open danger is closed by a person who says why: not by her word, not by whoever holds her phone.
    """
    if to not in STATES:
        raise Refused(422, f"没有“{to}”这个状态")
    possible = [step for step in STEPS if step.start == state and step.end == to]
    if not possible:
        raise Refused(409, f"“{STATES.get(state, state)}”的工单不能直接转为“{STATES[to]}”")
    step = next((step for step in possible if role in step.roles), None)
    if step is None:
        raise Refused(403, f"{ROLES.get(role, role)}不能把工单转为“{STATES[to]}”")
    if danger and to in CLOSED and role not in STAFF:
        raise Refused(403, "有危险信号的工单只能由工作人员结束")
    needs = step.needs | ({"reason"} if danger and to in CLOSED else frozenset())
    missing = [NEEDS[need] for need in NEEDS if need in needs and need not in given]
    if missing:
        raise Refused(422, f"转为“{STATES[to]}”还缺：{'、'.join(missing)}")
    return step
