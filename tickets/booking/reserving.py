"""Booking, moving and ending a booking inside one transaction; the ticket shows each step."""

from dataclasses import dataclass
from typing import Any

from store import Tx, bookings, conversations, releases, tickets
from store.bookings import Booking, Slot
from store.rows import Conversation, Ticket
from tickets import clock
from tickets.errors import Refused
from tickets.matter import Matter
from tickets.receptions import Kind, load_catalogue
from tickets.ringing import got
from tickets.service import Service

MOST = 3  # bookings of one person that lie ahead
AFTER = "2d"  # working days after the day she came until the matter is closed or she hears how it goes on


class Full(Refused):
    """Somebody else took the last place between looking and taking."""

    def __init__(self) -> None:
        super().__init__(409, "这个时间刚被约满了，请换一个")


@dataclass(frozen=True, slots=True)
class By:
    """Who books: she herself, or a seat for her."""

    seat_id: int | None = None

    @property
    def actor(self) -> str:
        return "her" if self.seat_id is None else "seat"


def reserve(
    service: Service,
    tx: Tx,
    slot_id: int,
    *,
    contact_id: int,
    conversation: Conversation | None,
    ticket_id: int | None = None,
    by: By = By(),
    now: int,
) -> Booking:
    """Take a place; her open matter of the kind goes with it, else one opens. Raises Full and Refused."""
    ahead = bookings.upcoming(tx, contact_id, since=now)
    if any(one.slot.id == slot_id for one in ahead):
        return next(one for one in ahead if one.slot.id == slot_id)
    if len(ahead) >= MOST:
        raise Refused(409, f"已经约了 {MOST} 次，请先取消一次")
    slot = _taken(tx, slot_id, now=now)
    ticket = _ticket(service, tx, slot, contact_id, conversation, ticket_id, by=by, now=now)
    return _written(service, tx, slot, ticket, conversation, by=by, kind="booked", now=now)


def move(service: Service, tx: Tx, booking_id: int, slot_id: int, *, by: By = By(), now: int) -> Booking:
    """The new place first: whoever loses the race keeps the old one. Both rows are locked in order of their ids."""
    before = _open(tx, booking_id)
    if before.slot.id == slot_id:
        return before
    for one in sorted((before.slot.id, slot_id)):
        bookings.get_slot(tx, one, lock=True)
    slot = _taken(tx, slot_id, now=now)
    _ended(tx, before, "moved", by=by, now=now)
    conversation = None if before.conversation_id is None else conversations.by_id(tx, before.conversation_id)
    return _written(service, tx, slot, got(tx, before.ticket_id, lock=True), conversation, by=by, kind="moved", now=now)


def cancel(tx: Tx, booking_id: int, *, by: By = By(), now: int) -> Booking:
    before = _open(tx, booking_id)
    _ended(tx, before, "cancelled", by=by, now=now)
    _event(tx, got(tx, before.ticket_id), "booking_cancelled", before.slot, by=by, now=now)
    return before


def came(tx: Tx, booking_id: int, *, attended: bool, by: By, now: int) -> None:
    """Staff note whether she came; not before the slot began."""
    before = _open(tx, booking_id)
    if before.slot.start_at > now:
        raise Refused(409, "时间还没到")
    state = "attended" if attended else "missed"
    bookings.end(tx, before.id, state, by=by.actor, seat_id=by.seat_id, now=now)
    _event(tx, got(tx, before.ticket_id), f"booking_{state}", before.slot, by=by, now=now)


def call_off_all(tx: Tx, contact_id: int, *, now: int) -> None:
    """She asked to be forgotten: her places are free again."""
    for one in bookings.upcoming(tx, contact_id, since=now):
        if bookings.end(tx, one.id, "cancelled", by="erased", now=now):
            bookings.give_back(tx, one.slot.id)


def _open(tx: Tx, booking_id: int) -> Booking:
    found = bookings.get(tx, booking_id)
    if found is None or found.state != bookings.BOOKED:
        raise Refused(409, "这个预约已经不在了")
    return found


def _taken(tx: Tx, slot_id: int, *, now: int) -> Slot:
    if not bookings.take_place(tx, slot_id, now=now):
        raise Full
    found = bookings.get_slot(tx, slot_id)
    assert found is not None
    return found


def _ended(tx: Tx, before: Booking, state: str, *, by: By, now: int) -> None:
    if not bookings.end(tx, before.id, state, by=by.actor, seat_id=by.seat_id, now=now):
        raise Refused(409, "这个预约已经不在了")
    bookings.give_back(tx, before.slot.id)


def _ticket(
    service: Service,
    tx: Tx,
    slot: Slot,
    contact_id: int,
    conversation: Conversation | None,
    ticket_id: int | None,
    *,
    by: By,
    now: int,
) -> Ticket:
    if ticket_id is not None:
        return got(tx, ticket_id, lock=True)
    kind = kind_of(service, slot)
    source = conversation.inbox.partition(":")[0] if conversation else "phone"
    matter = Matter(topic=kind.topic, unit=slot.unit, facts={"booked": kind.name}, source=source)
    opened = service.open(tx, matter, contact_id=contact_id, conversation=conversation, seat_id=by.seat_id, now=now)
    return opened.ticket


def kind_of(service: Service, slot: Slot) -> Kind:
    return load_catalogue(service.org.name).kinds[slot.kind]


def _written(
    service: Service,
    tx: Tx,
    slot: Slot,
    ticket: Ticket,
    conversation: Conversation | None,
    *,
    by: By,
    kind: str,
    now: int,
) -> Booking:
    values = {
        "slot_id": slot.id,
        "contact_id": ticket.contact_id,
        "conversation_id": conversation.id if conversation else None,
        "ticket_id": ticket.id,
        "state": bookings.BOOKED,
        "seat_id": by.seat_id,
        "created_at": now,
        "changed_at": now,
    }
    booking_id = bookings.add(tx, values)
    tickets.change(tx, ticket, _later(service, tx, ticket, slot, now=now), now=now)
    _event(tx, ticket, f"booking_{kind}", slot, by=by, now=now)
    found = bookings.get(tx, booking_id)
    assert found is not None
    return found


def _later(service: Service, tx: Tx, ticket: Ticket, slot: Slot, *, now: int) -> dict[str, Any]:
    """Her day is the answer she asked for, and the matter goes on until some days after it. Danger keeps its clocks."""
    if ticket.danger_kind is not None:
        return {}
    corrections = releases.calendar_corrections(tx)
    end = clock.deadline(slot.end_at, AFTER, natural=False, hours=service.org.hours, corrections=corrections)
    values: dict[str, Any] = {"due_close": max(ticket.due_close or 0, end.at)}
    opened_for_it = ticket.first_reply_at is None and ticket.created_at == now
    return {**values, "first_reply_at": now} if opened_for_it else values


def _event(tx: Tx, ticket: Ticket, kind: str, slot: Slot, *, by: By, now: int) -> None:
    data = {"slot": slot.id, "kind": slot.kind, "start": slot.start_at, "unit": slot.unit}
    tickets.add_event(tx, ticket, kind, now=now, actor=by.actor, seat_id=by.seat_id, data=data)
    tx.announce(tickets.TOPIC)
