"""What staff do with slots: make a series, call one off and tell everybody, note who came, book for a caller."""

from datetime import date

from store import Tx, bookings, casework, outbox, releases
from store.bookings import Booking, Slot
from tickets import callbacks as calls
from tickets.actor import Actor
from tickets.booking import reserving
from tickets.booking.reserving import By
from tickets.booking.series import Series, spans
from tickets.booking.words import when_words
from tickets.casework.case import held, required
from tickets.casework.talking import conversation_of
from tickets.errors import Refused
from tickets.receptions import load_catalogue
from tickets.ringing import got
from tickets.service import Service
from tickets.workdays import local

ABSENT = "没有这个时段，或者不归您管"
OFFERED = 3


def create_series(
    service: Service, tx: Tx, actor: Actor, series: Series, *, unit: str, kind: str, place: str, note: str, now: int
) -> int:
    """Returns how many slots were made."""
    _own(service, actor, unit)
    if kind not in load_catalogue(service.org.name).kinds:
        raise Refused(422, "请选择接待项目")
    where = required(place, "请写清在哪里，她要照着找")
    today: date = local(now).date()
    series.check(today)
    found = spans(series, hours=service.org.hours, corrections=releases.calendar_corrections(tx), now=now)
    for start, end in found:
        values = {
            "unit": unit,
            "kind": kind,
            "start_at": start,
            "end_at": end,
            "capacity": series.capacity,
            "place": where,
            "note": note.strip(),
            "created_by": actor.seat_id,
            "created_at": now,
        }
        bookings.add_slot(tx, values)
    return len(found)


def call_off(service: Service, tx: Tx, actor: Actor, slot_id: int, *, now: int) -> int:
    """Nobody comes to a closed door: everyone booked is told and offered other times. Returns how many there were."""
    slot = _slot(service, tx, actor, slot_id, lock=True)
    if slot.start_at <= now:
        raise Refused(409, "已经开始，不能取消")
    booked = bookings.of_slot(tx, slot_id)
    if not bookings.cancel_slot(tx, slot_id, now=now):
        raise Refused(409, "已经取消过了")
    for one in booked:
        reserving.cancel(tx, one.id, by=By(actor.seat_id), now=now)
        _tell(service, tx, actor, one, now=now)
    return len(booked)


def mark(service: Service, tx: Tx, actor: Actor, booking_id: int, *, attended: bool, now: int) -> None:
    found = bookings.get(tx, booking_id)
    if found is None:
        raise Refused(404, ABSENT)
    _slot(service, tx, actor, found.slot.id)
    reserving.came(tx, booking_id, attended=attended, by=By(actor.seat_id), now=now)


def book_for(service: Service, tx: Tx, actor: Actor, slot_id: int, number: str, *, now: int) -> Booking:
    """For a caller or a visitor: by the number of her ticket."""
    _slot(service, tx, actor, slot_id)
    found = casework.by_number_end(tx, number, seat_id=actor.seat_id, units=actor.units, limit=2)
    if len(found) != 1:
        raise Refused(404, "没有这个编号，或者不归您处理；编号请写完整")
    ticket = held(tx, actor, found[0].id)
    conversation = conversation_of(tx, ticket)
    return reserving.reserve(
        service,
        tx,
        slot_id,
        contact_id=ticket.contact_id,
        conversation=conversation,
        ticket_id=ticket.id,
        by=By(actor.seat_id),
        now=now,
    )


def _tell(service: Service, tx: Tx, actor: Actor, one: Booking, *, now: int) -> None:
    """As a reply of this seat: she fetches it, one neutral line at most goes out. Without a chat somebody calls her."""
    ticket = got(tx, one.ticket_id)
    conversation = conversation_of(tx, ticket)
    if conversation is None or service.notices is None:
        calls.create(service, tx, ticket.id, why="slot_cancelled", seat_id=actor.seat_id, now=now)
        return
    kind = load_catalogue(service.org.name).kinds[one.slot.kind]
    free = bookings.free_slots(tx, kind=kind.key, since=now, units=(one.slot.unit,), limit=OFFERED)
    outbox.add(
        tx,
        conversation_id=conversation.id,
        contact_id=one.contact_id,
        inbox=conversation.inbox,
        text=service.notices.called_off(kind.name, when_words(one.slot.start_at)),
        buttons=(*(when_words(slot.start_at) for slot in free), service.notices.human),
        seat_id=actor.seat_id,
        ticket_id=ticket.id,
        now=now,
    )


def _slot(service: Service, tx: Tx, actor: Actor, slot_id: int, *, lock: bool = False) -> Slot:
    found = bookings.get_slot(tx, slot_id, lock=lock)
    if found is None:
        raise Refused(404, ABSENT)
    _own(service, actor, found.unit)
    return found


def _own(service: Service, actor: Actor, unit: str) -> None:
    if unit not in service.org.units or (actor.units is not None and unit not in actor.units):
        raise Refused(404, ABSENT)
