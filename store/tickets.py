"""Tickets: opened, found for the people who may see them, changed by version, every change an event."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.errors import Stale
from store.models import (
    contact,
    counter,
    draft,
    ticket,
    ticket_cc,
    ticket_event,
    ticket_hidden_from,
    ticket_hidden_unit,
)
from store.rows import Ticket, TicketEvent
from store.unit import Tx

TOPIC = "tickets"


# Filled when they run: with .values() each would be put together anew.
INSERT, INSERT_EVENT = insert(ticket).returning(ticket.c.id), insert(ticket_event)


def next_number(tx: Tx, name: str) -> int:
    """Count up a named counter; the row is locked until the commit, so no number is given twice."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    row = tx.connection.execute(
        dialect.insert(counter)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1})
        .returning(counter.c.value)
    )
    return int(row.scalar_one())


def create(tx: Tx, values: Mapping[str, Any], *, facts: Mapping[str, Any], cc: Sequence[str]) -> int:
    """`values` are columns of the ticket table."""
    sealed = contacts.sealer(tx, values["contact_id"]).seal_json(dict(facts))
    ticket_id = int(tx.connection.execute(INSERT, {**values, "facts": sealed}).scalar_one())
    set_cc(tx, ticket_id, cc)
    tx.announce(TOPIC)
    return ticket_id


def set_cc(tx: Tx, ticket_id: int, cc: Sequence[str]) -> None:
    tx.connection.execute(delete(ticket_cc).where(ticket_cc.c.ticket_id == ticket_id))
    for unit in cc:
        tx.connection.execute(insert(ticket_cc).values(ticket_id=ticket_id, unit=unit))


def _tickets(tx: Tx, query: Any, **values: Any) -> list[Ticket]:
    rows = tx.connection.execute(query, values).all()
    cc = _cc(tx, [row.id for row in rows])
    return [_ticket(row, cc.get(row.id, ())) for row in rows]


def _cc(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    if ids:
        for row in tx.connection.execute(
            select(ticket_cc).where(ticket_cc.c.ticket_id.in_(ids)).order_by(ticket_cc.c.unit)
        ):
            found[row.ticket_id] = (*found.get(row.ticket_id, ()), row.unit)
    return found


def _ticket(row: Row[Any], cc: tuple[str, ...]) -> Ticket:
    values = {name: getattr(row, name) for name in Ticket.__slots__ if name != "cc"}
    return Ticket(cc=cc, **values)


def get(tx: Tx, ticket_id: int, *, lock: bool = False) -> Ticket | None:
    query = select(ticket).where(ticket.c.id == ticket_id)
    found = _tickets(tx, query.with_for_update() if lock else query)
    return found[0] if found else None


OPEN_OF_CONTACT = (
    select(ticket)
    .where(ticket.c.contact_id == bindparam("contact"), ticket.c.closed_at.is_(None))
    .order_by(ticket.c.id.desc())
)


def open_of_contact(tx: Tx, contact_id: int) -> list[Ticket]:
    """Her open tickets, newest first."""
    return _tickets(tx, OPEN_OF_CONTACT, contact=contact_id)


def of_contact(tx: Tx, contact_id: int) -> list[Ticket]:
    return _tickets(tx, select(ticket).where(ticket.c.contact_id == contact_id).order_by(ticket.c.id))


def visible_to(*, seat_id: int, units: Sequence[str] | None) -> ColumnElement[bool]:
    """The one condition under which staff see a ticket; units None = all of them. 回避 wins over everything."""
    kept_out = exists().where(ticket_hidden_from.c.ticket_id == ticket.c.id, ticket_hidden_from.c.seat_id == seat_id)
    erased = exists().where(contact.c.id == ticket.c.contact_id, contact.c.hidden_at.is_not(None))
    danger = and_(ticket.c.danger_level.is_not(None), ticket.c.closed_at.is_(None))
    hidden = or_(kept_out, and_(erased, ~danger))  # she asked to be forgotten; an open danger waits for a person
    if units is None:
        return ~hidden
    about = exists().where(ticket_hidden_unit.c.ticket_id == ticket.c.id, ticket_hidden_unit.c.unit.in_(units))
    hidden = or_(hidden, about)  # a complaint is not read in the unit it is about, except by the leaders above
    copied = exists().where(ticket_cc.c.ticket_id == ticket.c.id, ticket_cc.c.unit.in_(units))
    return and_(~hidden, or_(ticket.c.unit.in_(units), copied))


def queue(
    tx: Tx,
    *,
    seat_id: int,
    units: Sequence[str] | None,
    now: int,
    mine: bool = False,
    closed: bool = False,
    limit: int = 200,
) -> list[Ticket]:
    """Danger on top, then overdue, then by deadline."""
    rank = case(
        (ticket.c.priority == "urgent", 0),
        (and_(ticket.c.first_reply_at.is_(None), ticket.c.due_first < now), 1),
        (ticket.c.due_close < now, 1),
        (ticket.c.priority == "green", 2),
        else_=3,
    )
    due = case((ticket.c.first_reply_at.is_(None), ticket.c.due_first), else_=ticket.c.due_close)
    query = select(ticket).where(visible_to(seat_id=seat_id, units=units))
    query = query.where(ticket.c.closed_at.is_not(None) if closed else ticket.c.closed_at.is_(None))
    if mine:
        query = query.where(or_(ticket.c.owner == seat_id, ticket.c.first_owner == seat_id))
    order = (ticket.c.closed_at.desc(),) if closed else (rank, due, ticket.c.id)
    return _tickets(tx, query.order_by(*order).limit(limit))


def seen_by(tx: Tx, ticket_id: int, *, seat_id: int, units: Sequence[str] | None) -> Ticket | None:
    """The ticket if this person may see it; absent and forbidden look alike."""
    found = _tickets(tx, select(ticket).where(ticket.c.id == ticket_id, visible_to(seat_id=seat_id, units=units)))
    return found[0] if found else None


def facts(tx: Tx, before: Ticket) -> dict[str, Any]:
    sealed = tx.connection.execute(select(ticket.c.facts).where(ticket.c.id == before.id)).scalar_one()
    return {} if sealed is None else dict(contacts.sealer(tx, before.contact_id).open_json(sealed))


def change(
    tx: Tx, before: Ticket, values: Mapping[str, Any], *, now: int, facts: Mapping[str, Any] | None = None
) -> None:
    """Write columns if nobody else did meanwhile; raises Stale."""
    written = dict(values)
    if facts is not None:
        written["facts"] = contacts.sealer(tx, before.contact_id).seal_json(dict(facts))
    done = tx.connection.execute(
        update(ticket)
        .where(ticket.c.id == before.id, ticket.c.version == before.version)
        .values(**written, updated_at=now, version=before.version + 1)
    )
    if done.rowcount != 1:
        raise Stale("ticket")
    tx.announce(TOPIC)


def add_event(
    tx: Tx,
    before: Ticket,
    kind: str,
    *,
    now: int,
    actor: str,
    seat_id: int | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    data: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    tx.connection.execute(
        INSERT_EVENT,
        {
            "ticket_id": before.id,
            "at": now,
            "kind": kind,
            "actor": actor,
            "seat_id": seat_id,
            "from_state": from_state,
            "to_state": to_state,
            "data": dict(data or {}),
            "note": None if note is None else contacts.sealer(tx, before.contact_id).seal(note),
        },
    )


def events(tx: Tx, before: Ticket) -> list[TicketEvent]:
    sealer = contacts.sealer(tx, before.contact_id)
    rows = tx.connection.execute(
        select(ticket_event).where(ticket_event.c.ticket_id == before.id).order_by(ticket_event.c.id)
    )
    return [
        TicketEvent(
            id=row.id,
            at=row.at,
            kind=row.kind,
            actor=row.actor,
            seat_id=row.seat_id,
            from_state=row.from_state,
            to_state=row.to_state,
            data=row.data,
            note=None if row.note is None else sealer.open(row.note),
        )
        for row in rows
    ]


def hide_from(tx: Tx, ticket_id: int, seat_id: int) -> None:
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(ticket_hidden_from).values(ticket_id=ticket_id, seat_id=seat_id).on_conflict_do_nothing()
    )
    tx.announce(TOPIC)


def hide_from_unit(tx: Tx, ticket_id: int, unit: str) -> None:
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(ticket_hidden_unit).values(ticket_id=ticket_id, unit=unit).on_conflict_do_nothing()
    )
    tx.announce(TOPIC)


def hidden_units(tx: Tx, ticket_id: int) -> frozenset[str]:
    """Units that must not learn of this case."""
    rows = tx.connection.execute(select(ticket_hidden_unit.c.unit).where(ticket_hidden_unit.c.ticket_id == ticket_id))
    return frozenset(str(row[0]) for row in rows)


def kept_out(tx: Tx, ticket_id: int) -> frozenset[int]:
    """Seats that must not learn of this case."""
    rows = tx.connection.execute(
        select(ticket_hidden_from.c.seat_id).where(ticket_hidden_from.c.ticket_id == ticket_id)
    )
    return frozenset(int(row[0]) for row in rows)


def save_draft(tx: Tx, before: Ticket, *, seat_id: int, body: str, now: int) -> None:
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    sealed = contacts.sealer(tx, before.contact_id).seal(body)
    tx.connection.execute(
        dialect.insert(draft)
        .values(seat_id=seat_id, ticket_id=before.id, body=sealed, updated_at=now)
        .on_conflict_do_update(index_elements=["seat_id", "ticket_id"], set_={"body": sealed, "updated_at": now})
    )


def read_draft(tx: Tx, before: Ticket, *, seat_id: int) -> str:
    sealed = tx.connection.execute(
        select(draft.c.body).where(draft.c.seat_id == seat_id, draft.c.ticket_id == before.id)
    ).scalar_one_or_none()
    return "" if sealed is None else contacts.sealer(tx, before.contact_id).open(sealed)


def drop_draft(tx: Tx, ticket_id: int, *, seat_id: int) -> None:
    tx.connection.execute(delete(draft).where(draft.c.seat_id == seat_id, draft.c.ticket_id == ticket_id))
