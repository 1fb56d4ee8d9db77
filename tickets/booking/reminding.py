"""The reminder of the day before: once, at a decent hour, neutral, and never while she has paused."""

from datetime import timedelta

from store import Tx, bookings, callbacks, conversations, outbox, tickets
from store.bookings import Booking
from store.rows import Conversation
from tickets import reaching
from tickets.booking.words import near_words
from tickets.receptions import Catalogue, load_catalogue
from tickets.ringing import got
from tickets.service import Service
from tickets.workdays import local, micros

AHEAD = 2 * 24 * 3600 * 1_000_000  # how far the clock looks


def remind_due(service: Service, tx: Tx, *, now: int) -> int:
    """Write the reminders that are due into the outbox; returns how many."""
    if service.notices is None:
        return 0
    catalogue = load_catalogue(service.org.name)
    due = [one for one in bookings.to_remind(tx, now=now, until=now + AHEAD) if is_due(one, catalogue, now)]
    return sum(_remind(service, tx, one, now=now) for one in due)


def is_due(one: Booking, catalogue: Catalogue, now: int) -> bool:
    """From the hour of the day before on, within decent hours; who booked after that hour needs none."""
    start = local(one.slot.start_at).date()
    moment = micros(start - timedelta(days=1), catalogue.remind_at)
    today = local(now).date()
    decent = micros(today, catalogue.remind_hours[0]) <= now < micros(today, catalogue.remind_hours[1])
    return one.created_at < moment <= now and decent


def _remind(service: Service, tx: Tx, one: Booking, *, now: int) -> bool:
    assert service.notices is not None
    conversation = _reads(tx, one)
    if conversation is None or conversation.paused:  # 他来了: not now; looked at again until the slot begins
        return False
    reach = callbacks.reach_of(tx, one.contact_id)
    at = reaching.notice_at(reach, now)
    if at is None or at > now or not bookings.reminded(tx, one.id, now=now):
        return False
    outbox.add(
        tx,
        conversation_id=conversation.id,
        contact_id=one.contact_id,
        inbox=conversation.inbox,
        text=service.notices.remind(reach.named, near_words(one.slot.start_at, now)),
        buttons=(service.notices.reminder_button,),
        ticket_id=one.ticket_id,
        now=now,
    )
    tickets.add_event(
        tx, got(tx, one.ticket_id), "booking_reminded", now=now, actor="clock", data={"slot": one.slot.id}
    )
    return True


def _reads(tx: Tx, one: Booking) -> Conversation | None:
    """Where she wrote last."""
    hers = conversations.of_contact(tx, one.contact_id)
    return max(hers, key=lambda talk: (talk.last_in_at or 0, talk.id), default=None)
