"""Her judgement of a closed matter: asked once, silence stays silence, 不满意 opens it again."""

from typing import Any

from store import Tx, outbox, ratings, tickets
from store.rows import Ticket
from tickets.casework.reaching import there
from tickets.casework.talking import conversation_of
from tickets.ringing import got
from tickets.service import Service
from tickets.states import check

PATIENCE = 30 * 24 * 3600 * 1_000_000  # later nobody is asked about an old matter
BAD = "bad"


def unasked(tx: Tx, contact_id: int, *, now: int) -> int | None:
    return ratings.unasked(tx, contact_id, since=now - PATIENCE)


def asked(tx: Tx, ticket_id: int, *, now: int) -> None:
    ticket = got(tx, ticket_id)
    if ticket.closed_at is not None:
        ratings.asked(tx, ticket_id, closed_at=ticket.closed_at, now=now)


def after_close(service: Service, tx: Tx, ticket: Ticket, *, now: int) -> None:
    """While she is there she is asked at once; else with her next message."""
    conversation = conversation_of(tx, ticket)
    if service.notices is None or conversation is None or not there(conversation, now):
        return
    if ratings.unasked(tx, ticket.contact_id, since=now - PATIENCE) != ticket.id:
        return
    words, buttons = service.notices.rating
    asked(tx, ticket.id, now=now)
    outbox.add(
        tx,
        conversation_id=conversation.id,
        contact_id=ticket.contact_id,
        inbox=conversation.inbox,
        text=words,
        buttons=buttons,
        ticket_id=ticket.id,
        now=now,
    )


def rate(service: Service, tx: Tx, ticket_id: int, value: str, *, now: int) -> Ticket:
    """不满意 is reason enough to begin again: the same number, a new clock, her word for it."""
    before = got(tx, ticket_id, lock=True)
    if before.closed_at is None:
        return before
    ratings.rate(tx, ticket_id, closed_at=before.closed_at, value=value, now=now)
    tickets.add_event(tx, before, "rated", now=now, actor="her", data={"value": value})
    if value != BAD:
        tx.announce(tickets.TOPIC)
        return before
    check(before.state, "reopened", "her")
    values: dict[str, Any] = {
        "state": "reopened",
        "closed_at": None,
        "outcome": None,
        "confirmed_topic": None,
        **service.limits(tx, before, now=now),
    }
    tickets.change(tx, before, values, now=now)
    tickets.add_event(
        tx,
        before,
        "reopened",
        now=now,
        actor="her",
        from_state=before.state,
        to_state="reopened",
        data={"rated": value},
    )
    return got(tx, ticket_id)


def explain(tx: Tx, ticket_id: int, reason: str, *, now: int) -> None:
    ticket = got(tx, ticket_id)
    ratings.explain(tx, ticket_id, ticket.contact_id, reason)
    tickets.add_event(tx, ticket, "rated_why", now=now, actor="her", note=reason)
    tx.announce(tickets.TOPIC)


def last_asked(tx: Tx, contact_id: int, *, now: int) -> int | None:
    """The matter the last question was about, while it has no answer."""
    return ratings.open_question(tx, contact_id, since=now - PATIENCE)
