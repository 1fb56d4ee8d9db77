"""A reply that did not reach her: staff see it, and a call-back is due on the ticket unless she wants no calls."""

from store import Tx, callbacks, conversations, outbox, tickets, undelivered
from store.rows import OutboxRow, Ticket


def fail(tx: Tx, row: OutboxRow, reason: str, *, now: int) -> None:
    """未送达, and for every reply that concerns a ticket one open call-back, however many replies fail.

    Who said 别给我打电话 is not called for this, except in danger: there a person decides.
    """
    outbox.settle(tx, row.id, "failed", now=now, error=reason)
    found = None if undelivered.read_elsewhere(tx, row.reply_id) else _ticket(tx, row)
    if found is None or found.closed_at is not None or found.id in undelivered.calls(tx, [found.id]):
        return
    unwanted = callbacks.reach_of(tx, found.contact_id).how == "here" and found.danger_level is None
    tickets.add_event(
        tx,
        found,
        "undelivered" if unwanted else callbacks.NEEDED,
        now=now,
        actor="clock",
        data={"reason": reason, "reply": row.reply_id, "channel": row.inbox},
    )
    tx.announce(tickets.TOPIC)


def _ticket(tx: Tx, row: OutboxRow) -> Ticket | None:
    """The ticket it was written on; a notice or an answer of the bot belongs to her newest open matter."""
    if row.ticket_id is not None:
        return tickets.get(tx, row.ticket_id)
    return next(iter(tickets.open_of_contact(tx, conversations.contact_of(tx, row.conversation_id))), None)
