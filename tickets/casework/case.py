"""One ticket in somebody's hands: found if it is theirs to see, written if nobody was faster."""

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from store import Tx, tickets
from store.errors import Stale
from store.rows import Ticket
from tickets import states
from tickets.actor import Actor
from tickets.errors import Refused

ABSENT = "没有这张工单，或者不归您处理"  # absent and forbidden look alike
CHANGED = "这张工单别人刚改过，已换成最新的，请看一眼再操作"
OTHERS = "抄送给您的工单只能查看和写备注，要办理请主办单位转给您"
ALARMING = frozenset({"urgent", "immediate"})
OFFERED = frozenset({"received", "assigned", "returned", "reopened"})  # nobody has taken it on
CLOSED = "archived"


def seen(tx: Tx, actor: Actor, ticket_id: int) -> Ticket:
    found = tickets.seen_by(tx, ticket_id, seat_id=actor.seat_id, units=actor.units)
    if found is None:
        raise Refused(404, ABSENT)
    return found


def held(tx: Tx, actor: Actor, ticket_id: int, *, version: int | None = None) -> Ticket:
    """Locked for a change by this person. `version` is what they had before their eyes, where that matters."""
    visible = seen(tx, actor, ticket_id)
    if not may_work(actor, visible):
        raise Refused(403, OTHERS)
    found = tickets.get(tx, ticket_id, lock=True)
    if found is None or (version is not None and found.version != version):
        raise Refused(409, CHANGED)
    return found


def may_work(actor: Actor, ticket: Ticket) -> bool:
    """The owning unit; in danger every unit that was told."""
    return actor.units is None or ticket.unit in actor.units or ticket.danger_level in ALARMING


def record(
    tx: Tx,
    actor: Actor,
    before: Ticket,
    kind: str,
    *,
    now: int,
    to: str | None = None,
    given: Collection[str] = (),
    values: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> Ticket:
    """Write the change and its event; `given` is what the table of states may need for the way to `to`.

    Whoever touches a ticket first keeps the duty to tell her (首问责任).
    """
    written = dict(values or {})
    if to is not None and to != before.state:
        walk(before, to, actor.role, given)
        written["state"] = to
    if before.first_owner is None:
        written["first_owner"] = actor.seat_id
    try:
        tickets.change(tx, before, written, now=now, facts=facts)
    except Stale as error:
        raise Refused(409, CHANGED) from error
    tickets.add_event(
        tx,
        before,
        kind,
        now=now,
        actor="seat",
        seat_id=actor.seat_id,
        from_state=before.state if "state" in written else None,
        to_state=written.get("state"),
        data=data,
        note=note,
    )
    after = tickets.get(tx, before.id)
    assert after is not None
    return after


def walk(ticket: Ticket, to: str, role: str, given: Collection[str]) -> None:
    """Check the shortest way through the table of states; Refused where there is none for this role."""
    danger = ticket.danger_level is not None
    way = _way(ticket.state, to, role, frozenset(given)) or (to,)
    for start, end in pairwise((ticket.state, *way)):
        states.check(start, end, role, given, danger=danger)


def reachable(ticket: Ticket, to: str, role: str, given: Collection[str] = ()) -> bool:
    return bool(_way(ticket.state, to, role, frozenset(given)))


def _way(start: str, to: str, role: str, given: frozenset[str]) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [()]
    known = {start}
    while ways:
        way = ways.pop(0)
        for step in states.steps_from(way[-1] if way else start, role):
            if step.end == to and step.needs <= given:
                return (*way, to)
            if step.end not in known and step.needs <= given:
                known.add(step.end)
                ways.append((*way, step.end))
    return ()


def required(text: str | None, what: str) -> str:
    """The text without blanks around it; refused when nothing is left."""
    found = (text or "").strip()
    if not found:
        raise Refused(422, what)
    return found
