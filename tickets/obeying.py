"""What she says about being reached also holds for the calls that are already planned."""

from store import Tx, callbacks, tickets
from store.callbacks import Callback
from store.rows import Ticket
from tickets import callbacks as calling
from tickets import reaching
from tickets.service import Service


def obey(
    service: Service,
    tx: Tx,
    contact_id: int,
    *,
    how: str | None,
    words: str | None,
    named: bool | None,
    notices: bool | None,
    now: int,
) -> None:
    """Remember it, and change or end the calls of her open matters."""
    reaching.remember(tx, contact_id, how=how, words=words, named=named, notices=notices, now=now)
    for ticket in tickets.open_of_contact(tx, contact_id):
        planned = callbacks.open_of_ticket(tx, ticket.id)
        if planned is None:
            continue
        if how == "here":
            _no_call(tx, ticket, planned, now=now)
        elif words is not None or named is not None:
            calling.create(service, tx, ticket.id, why=planned.why, safe_words=words, named=named, now=now)


def _no_call(tx: Tx, ticket: Ticket, planned: Callback, *, now: int) -> None:
    """Whoever holds her phone could write it: where there is danger a person decides whether to call."""
    if ticket.danger_level is None:
        callbacks.change(tx, planned, {"state": "ended", "done_at": now})
        tickets.add_event(tx, ticket, "callback_ended", now=now, actor="her")
    else:
        tickets.add_event(tx, ticket, "callback_unwanted", now=now, actor="her")
    tx.announce(tickets.TOPIC)
