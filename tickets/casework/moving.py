"""Where a ticket lies and what it is about: transfer and return, another topic, and taking either back."""

from store import Tx, tickets
from store.rows import Ticket, TicketEvent
from tickets.actor import Actor
from tickets.casework.case import CLOSED, held, record, required
from tickets.errors import Refused
from tickets.service import Service

UNDO_WITHIN = 10 * 60 * 1_000_000


def transfer(
    service: Service,
    tx: Tx,
    actor: Actor,
    ticket_id: int,
    *,
    unit: str,
    dept: str | None,
    reason: str,
    version: int | None = None,
    now: int,
) -> Ticket:
    """Offer it to a unit, which must accept it; the giving unit stays copied in, its first owner keeps the duty."""
    why = required(reason, "请写一句为什么转办，接收单位要看")
    before = held(tx, actor, ticket_id, version=version)
    if before.state == CLOSED:
        raise Refused(409, "已经办结，不能转办")
    if unit not in service.org.units or (dept is not None and dept not in service.org.depts):
        raise Refused(422, "没有这个单位或部门")
    if unit in tickets.hidden_units(tx, before.id):
        raise Refused(409, "这件事与该单位有关，须回避，不能转给它")
    if (unit, dept) == (before.unit, before.dept):
        raise Refused(422, "它已经在这个单位和部门了")
    data = {
        "from": before.unit,
        "to": unit,
        "from_dept": before.dept,
        "to_dept": dept,
        "from_owner": before.owner,
        "from_state": before.state,
        "from_cc": list(before.cc),
    }
    if unit != before.unit:
        tickets.set_cc(tx, before.id, sorted({*before.cc, before.unit} - {unit}))
    values = {"unit": unit, "dept": dept, "owner": None}
    return record(
        tx,
        actor,
        before,
        "transferred",
        to="assigned",
        given={"unit", "reason"},
        values=values,
        data=data,
        note=why,
        now=now,
    )


def send_back(tx: Tx, actor: Actor, ticket_id: int, *, reason: str, now: int) -> Ticket:
    """退单: the receiver does not take it; it lies again where it came from, in the same hands."""
    why = required(reason, "请写一句为什么退回")
    before = held(tx, actor, ticket_id)
    last = _last(tx, before, "transferred")
    if before.state != "assigned" or last is None:
        raise Refused(409, "只有转来还没签收的工单可以退回")
    cc = sorted({*before.cc, before.unit} - {str(last.data["from"])})
    tickets.set_cc(tx, before.id, cc)
    values = {"unit": last.data["from"], "dept": last.data["from_dept"], "owner": last.data["from_owner"]}
    data = {"from": before.unit, "to": last.data["from"]}
    return record(
        tx, actor, before, "returned", to="returned", given={"reason"}, values=values, data=data, note=why, now=now
    )


def undo_transfer(tx: Tx, actor: Actor, ticket_id: int, *, now: int) -> Ticket:
    """撤销: within ten minutes, by whoever did it, as long as the receiver has not touched it."""
    before = tickets.get(tx, ticket_id, lock=True)
    last = None if before is None else _last(tx, before)
    if (
        before is None
        or last is None
        or last.kind != "transferred"
        or last.seat_id != actor.seat_id
        or now - last.at > UNDO_WITHIN
    ):
        raise Refused(409, "已经来不及撤销：对方动过了，或者过了 10 分钟")
    tickets.set_cc(tx, before.id, [str(unit) for unit in last.data["from_cc"]])
    # Taking a step back is no step of the table: the state is what it was.
    values = {
        "unit": last.data["from"],
        "dept": last.data["from_dept"],
        "owner": last.data["from_owner"],
        "state": last.data["from_state"],
    }
    return record(tx, actor, before, "undone", values=values, data={"what": "transferred"}, now=now)


def change_topic(
    service: Service, tx: Tx, actor: Actor, ticket_id: int, topic: str, *, version: int | None = None, now: int
) -> Ticket:
    """One click: department and limits follow the topic, the unit stays; the event keeps the old one and the new."""
    before = held(tx, actor, ticket_id, version=version)
    if topic not in service.terms:
        raise Refused(422, "没有这个事项")
    if before.state == CLOSED:
        raise Refused(409, "已经办结，改事项请先重办")
    if topic == before.topic:
        return before
    values = service.retopic(tx, before, topic)
    data = {"from": before.topic, "to": topic, "from_dept": before.dept, "to_dept": values.get("dept")}
    return record(tx, actor, before, "topic", values={"topic": topic, **values}, data=data, now=now)


def _last(tx: Tx, ticket: Ticket, kind: str | None = None) -> TicketEvent | None:
    found = [event for event in tickets.events(tx, ticket) if kind is None or event.kind == kind]
    return found[-1] if found else None
