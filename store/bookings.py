"""Reception slots and bookings: a place is taken by one statement that the database itself can refuse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from store.models import booking, contact, slot, ticket
from store.tickets import visible_to
from store.unit import Tx

TOPIC = "bookings"
BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class Slot:
    id: int
    unit: str
    kind: str
    start_at: int
    end_at: int
    capacity: int
    taken: int
    place: str
    note: str
    cancelled_at: int | None

    @property
    def free(self) -> int:
        return 0 if self.cancelled_at is not None else self.capacity - self.taken


@dataclass(frozen=True, slots=True)
class Booking:
    id: int
    slot: Slot
    contact_id: int
    conversation_id: int | None
    ticket_id: int
    state: str  # booked, moved, cancelled, attended, missed
    ended_by: str | None  # her, seat, erased
    reminded_at: int | None
    created_at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A booking as the list of a day shows it; no number where this seat may not see the ticket."""

    id: int
    slot_id: int
    state: str
    reminded_at: int | None
    reachable: bool  # a conversation takes the reminder; else somebody has to call
    ticket_id: int | None
    number: str | None


SLOT = tuple(slot.c[name] for name in Slot.__slots__)
NAMED = tuple(slot.c[name].label(f"slot_{name}") for name in Slot.__slots__)
PLAIN = tuple(booking.c[name] for name in Booking.__slots__ if name != "slot")


def _slot(row: Row[Any]) -> Slot:
    return Slot(**{name: getattr(row, name) for name in Slot.__slots__})


def _booking(row: Row[Any]) -> Booking:
    values = {name: getattr(row, name) for name in Booking.__slots__ if name != "slot"}
    return Booking(slot=Slot(**{name: getattr(row, f"slot_{name}") for name in Slot.__slots__}), **values)


def add_slot(tx: Tx, values: Mapping[str, Any]) -> int:
    """`values` are columns of the slot table."""
    tx.announce(TOPIC)
    return int(tx.connection.execute(insert(slot).values(**values).returning(slot.c.id)).scalar_one())


def get_slot(tx: Tx, slot_id: int, *, lock: bool = False) -> Slot | None:
    query = select(*SLOT).where(slot.c.id == slot_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _slot(row)


def free_slots(
    tx: Tx,
    *,
    kind: str,
    since: int,
    units: Collection[str] | None = None,
    without: Collection[int] = (),
    limit: int = 3,
) -> list[Slot]:
    """With room left, soonest first; `units` None = everywhere."""
    query = select(*SLOT).where(
        slot.c.kind == kind,
        slot.c.start_at > since,
        slot.c.cancelled_at.is_(None),
        slot.c.taken < slot.c.capacity,
        slot.c.demo.is_(False),
        slot.c.id.not_in(list(without)),
    )
    if units is not None:
        query = query.where(slot.c.unit.in_(list(units)))
    return [_slot(row) for row in tx.connection.execute(query.order_by(slot.c.start_at, slot.c.id).limit(limit))]


def free_kinds(tx: Tx, *, since: int) -> frozenset[str]:
    """Kinds with at least one place left."""
    open_now = and_(slot.c.cancelled_at.is_(None), slot.c.taken < slot.c.capacity, slot.c.demo.is_(False))
    return frozenset(
        tx.connection.execute(select(slot.c.kind).where(slot.c.start_at > since, open_now).distinct()).scalars()
    )


def between(tx: Tx, *, units: Sequence[str] | None, start: int, end: int) -> list[Slot]:
    query = select(*SLOT).where(slot.c.start_at >= start, slot.c.start_at < end)
    if units is not None:
        query = query.where(slot.c.unit.in_(list(units)))
    return [_slot(row) for row in tx.connection.execute(query.order_by(slot.c.start_at, slot.c.unit, slot.c.id))]


def take_place(tx: Tx, slot_id: int, *, now: int) -> bool:
    """One place, if there still is one: read and written by the same statement, so no two get the last."""
    done = tx.connection.execute(
        update(slot)
        .where(
            slot.c.id == slot_id,
            slot.c.cancelled_at.is_(None),
            slot.c.start_at > now,
            slot.c.taken < slot.c.capacity,
        )
        .values(taken=slot.c.taken + 1)
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def give_back(tx: Tx, slot_id: int) -> None:
    tx.connection.execute(update(slot).where(slot.c.id == slot_id).values(taken=slot.c.taken - 1))
    tx.announce(TOPIC)


def cancel_slot(tx: Tx, slot_id: int, *, now: int) -> bool:
    done = tx.connection.execute(
        update(slot).where(slot.c.id == slot_id, slot.c.cancelled_at.is_(None)).values(cancelled_at=now)
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def add(tx: Tx, values: Mapping[str, Any]) -> int:
    """`values` are columns of the booking table; the unique index refuses a second open one of the same slot."""
    tx.announce(TOPIC)
    return int(tx.connection.execute(insert(booking).values(**values).returning(booking.c.id)).scalar_one())


def end(tx: Tx, booking_id: int, state: str, *, by: str, seat_id: int | None = None, now: int) -> bool:
    """moved, cancelled, attended, missed; False when it was not open any more."""
    done = tx.connection.execute(
        update(booking)
        .where(booking.c.id == booking_id, booking.c.state == BOOKED)
        .values(state=state, ended_by=by, seat_id=seat_id, changed_at=now)
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def get(tx: Tx, booking_id: int) -> Booking | None:
    found = _bookings(tx, booking.c.id == booking_id)
    return found[0] if found else None


def of_slot(tx: Tx, slot_id: int) -> list[Booking]:
    """Those that still stand."""
    return _bookings(tx, booking.c.slot_id == slot_id, booking.c.state == BOOKED)


def of_ticket(tx: Tx, ticket_id: int) -> list[Booking]:
    return _bookings(tx, booking.c.ticket_id == ticket_id)


def upcoming(tx: Tx, contact_id: int, *, since: int) -> list[Booking]:
    """Her bookings that still stand, soonest first."""
    return _bookings(tx, booking.c.contact_id == contact_id, booking.c.state == BOOKED, slot.c.end_at > since)


def lost(tx: Tx, contact_id: int, *, since: int) -> Booking | None:
    """The newest booking that staff had to call off and that lies ahead."""
    found = _bookings(
        tx,
        booking.c.contact_id == contact_id,
        booking.c.state == "cancelled",
        booking.c.ended_by == "seat",
        slot.c.end_at > since,
    )
    return max(found, key=lambda one: one.changed_at, default=None)


def _bookings(tx: Tx, *conditions: ColumnElement[bool]) -> list[Booking]:
    query = select(*PLAIN, *NAMED).join(slot, slot.c.id == booking.c.slot_id).where(*conditions)
    return [_booking(row) for row in tx.connection.execute(query.order_by(slot.c.start_at, booking.c.id))]


def listed(tx: Tx, slot_ids: Sequence[int], *, seat_id: int, units: Sequence[str] | None) -> list[Listed]:
    """Bookings of these slots; moved and cancelled ones are left out."""
    mine = visible_to(seat_id=seat_id, units=units)
    query = (
        select(booking, ticket.c.number, mine.label("mine"))
        .join(ticket, ticket.c.id == booking.c.ticket_id)
        .where(booking.c.slot_id.in_(list(slot_ids)), booking.c.state.in_((BOOKED, "attended", "missed")))
        .order_by(booking.c.id)
    )
    return [
        Listed(
            id=row.id,
            slot_id=row.slot_id,
            state=row.state,
            reminded_at=row.reminded_at,
            reachable=row.conversation_id is not None,
            ticket_id=row.ticket_id if row.mine else None,
            number=row.number if row.mine else None,
        )
        for row in tx.connection.execute(query)
    ]


def to_remind(tx: Tx, *, now: int, until: int) -> list[Booking]:
    """Open bookings of a conversation that begin before `until` and were not reminded of; not of the forgotten."""
    hidden = select(contact.c.id).where(contact.c.hidden_at.is_not(None))
    return _bookings(
        tx,
        booking.c.state == BOOKED,
        booking.c.reminded_at.is_(None),
        booking.c.conversation_id.is_not(None),
        booking.c.contact_id.not_in(hidden),
        slot.c.start_at > now,
        slot.c.start_at <= until,
        slot.c.demo.is_(False),
    )


def reminded(tx: Tx, booking_id: int, *, now: int) -> bool:
    """One winner, whoever else looks at the same moment; False for all others."""
    done = tx.connection.execute(
        update(booking)
        .where(booking.c.id == booking_id, booking.c.reminded_at.is_(None), booking.c.state == BOOKED)
        .values(reminded_at=now)
    )
    return done.rowcount == 1
