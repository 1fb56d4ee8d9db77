"""A call we owe her: made once for a ticket, due when it is safe, settled by the person who called."""

import re
from typing import Final

from store import Store, Tx, access_log, callbacks, contacts, releases, tickets
from store.callbacks import Callback, Reach
from store.rows import Ticket
from tickets import clock, reaching
from tickets.actor import Actor
from tickets.casework.case import ABSENT, record, required, seen
from tickets.errors import Refused
from tickets.receptions import load_catalogue
from tickets.ringing import got
from tickets.service import Service

OUTCOMES: Final = ("reached", "not_reached", "wrong_person")
WHY: Final = ("asked", "undelivered", "missed_call", "slot_cancelled", "staff")
NUMBER = re.compile(r"(?:\+?86[ -]?)?(1\d{2}[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|[2-9]\d{6,7})(?!\d)")
CONSENT: Final = "callback"


def number_in(text: str) -> str | None:
    """The telephone number in her words, digits only."""
    found = NUMBER.search(text)
    return None if found is None else re.sub(r"\D", "", found[1])


def create(
    service: Service,
    tx: Tx,
    ticket_id: int,
    *,
    why: str,
    number: str | None = None,
    safe_words: str | None = None,
    named: bool | None = None,
    seat_id: int | None = None,
    now: int,
) -> Callback:
    """A call for this ticket; an open one is completed instead of doubled. What is not given is taken from the
    ticket and from what she said about being reached. Telephone desk, undelivered replies and her own form use it.
    """
    ticket = got(tx, ticket_id, lock=True)
    reach = callbacks.reach_of(tx, ticket.contact_id)
    number = number or _known_number(tx, ticket)
    safe = safe_words or reach.safe_words
    may_name = reach.named if named is None else named
    due = _due(service, tx, reach, now=now, limit=load_catalogue(service.org.name).call_first)
    before = callbacks.open_of_ticket(tx, ticket_id)
    if before is not None:
        values = {"named": may_name, **({"number": number} if number else {}), **({"safe_words": safe} if safe else {})}
        callbacks.change(tx, before, {**values, "due_at": due if safe_words else before.due_at})
        return _again(tx, before.id)
    made = callbacks.add(
        tx,
        ticket_id=ticket_id,
        contact_id=ticket.contact_id,
        number=number,
        safe_words=safe,
        named=may_name,
        why=why,
        due_at=due,
        created_by=seat_id,
        now=now,
    )
    actor = "seat" if seat_id else "her" if why == "asked" else "bot"
    tickets.add_event(tx, ticket, "callback", now=now, actor=actor, seat_id=seat_id, data={"why": why, "due": due})
    tx.announce(tickets.TOPIC)
    return _again(tx, made)


def asked(
    service: Service,
    tx: Tx,
    ticket_id: int,
    *,
    number: str,
    safe_words: str | None = None,
    named: bool | None = None,
    now: int,
) -> Callback:
    """She left a number herself: her consent is kept with the version of the words, once a call."""
    ticket = got(tx, ticket_id)
    before = callbacks.open_of_ticket(tx, ticket_id)
    if before is None or before.masked is None:
        contacts.add_consent(tx, ticket.contact_id, purpose=CONSENT, wording=reaching.WORDING, now=now)
    reaching.remember(tx, ticket.contact_id, how="call", words=safe_words, named=named, now=now)
    return create(service, tx, ticket_id, why="asked", number=number, safe_words=safe_words, named=named, now=now)


def sweep(service: Service, tx: Tx, *, now: int) -> int:
    """Tickets whose events ask for a call that nobody has made yet; returns how many were made."""
    wanted = callbacks.asked_for(tx)
    for ticket_id in wanted:
        create(service, tx, ticket_id, why="undelivered", now=now)
    return len(wanted)


def settle(
    service: Service, tx: Tx, actor: Actor, callback_id: int, *, outcome: str, note: str = "", now: int
) -> Callback:
    """What came of the call. Nobody there: again later. Somebody else: that number is not called a second time."""
    if outcome not in OUTCOMES:
        raise Refused(422, "请选择结果")
    before, ticket = _mine(tx, actor, callback_id)
    words = note.strip() or None
    if outcome == "reached":
        required(words, "请写下说了什么")
    values: dict[str, object] = {"attempts": before.attempts + 1}
    if outcome == "reached":
        values |= {"state": "reached", "done_at": now, "done_by": actor.seat_id}
    else:
        reach = callbacks.reach_of(tx, ticket.contact_id)
        values["due_at"] = _due(service, tx, reach, now=now, limit=load_catalogue(service.org.name).call_again)
    if outcome == "wrong_person":
        values["number"] = None
    if not callbacks.change(tx, before, values):
        raise Refused(409, "别人刚记过这次回拨")
    callbacks.add_try(tx, before, seat_id=actor.seat_id, outcome=outcome, note=words, now=now)
    first = {"first_reply_at": now} if outcome == "reached" and ticket.first_reply_at is None else {}
    data = {"attempts": before.attempts + 1}
    record(tx, actor, ticket, f"callback_{outcome}", values=first, data=data, note=words, now=now)
    return _again(tx, callback_id)


def give_up(tx: Tx, actor: Actor, callback_id: int, *, reason: str, now: int) -> None:
    """No further call, and why."""
    why = required(reason, "请写一句为什么不再打")
    before, ticket = _mine(tx, actor, callback_id)
    if not callbacks.change(tx, before, {"state": "ended", "done_at": now, "done_by": actor.seat_id}):
        raise Refused(409, "别人刚记过这次回拨")
    record(tx, actor, ticket, "callback_ended", note=why, now=now)


async def reveal(store: Store, actor: Actor, callback_id: int, *, reason: str, now: int) -> str | None:
    """The number, after the line that says who wants it and why is safely on disk."""
    why = required(reason, "请写一句为什么要看号码")

    def log(tx: Tx) -> None:
        _, ticket = _mine(tx, actor, callback_id)
        access_log.look(tx, actor, "callback.reveal", ticket.id, why, now=now)
        tickets.add_event(tx, ticket, "revealed", now=now, actor="seat", seat_id=actor.seat_id, note=why)
        tx.announce(tickets.TOPIC)

    await store.unit(log)
    return await store.read(lambda tx: callbacks.number_of(tx, _mine(tx, actor, callback_id)[0]))


def _mine(tx: Tx, actor: Actor, callback_id: int) -> tuple[Callback, Ticket]:
    found = callbacks.get(tx, callback_id)
    if found is None:
        raise Refused(404, ABSENT)
    ticket = seen(tx, actor, found.ticket_id)
    if found.state != callbacks.OPEN:
        raise Refused(409, "这次回拨已经记过结果")
    return found, ticket


def _again(tx: Tx, callback_id: int) -> Callback:
    found = callbacks.get(tx, callback_id)
    assert found is not None
    return found


def _known_number(tx: Tx, ticket: Ticket) -> str | None:
    facts = tickets.facts(tx, ticket)
    return next((found for name in ("phone", "contact") if (found := number_in(str(facts.get(name) or "")))), None)


def _due(service: Service, tx: Tx, reach: Reach, *, now: int, limit: str) -> int:
    """When it is safe by her own words; without any, within so many hours of service."""
    window = reaching.window_of(reach)
    if window is not None:
        return window.opens(now + 1)
    corrections = releases.calendar_corrections(tx)
    return clock.deadline(now, limit, natural=False, hours=service.org.hours, corrections=corrections).at
