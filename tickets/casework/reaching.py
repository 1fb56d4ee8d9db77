"""On which of her channels a reply of staff comes: those she chose, else where she wrote last."""

from store import Tx, casework, conversations
from store.rows import Conversation, Ticket

THERE = 10 * 60 * 1_000_000  # her last message this recent: she is still in the chat


def reached(tx: Tx, ticket: Ticket) -> list[Conversation]:
    """Where she reads, the channel she wrote on last first. Empty for a caller, or when she asked to be forgotten."""
    if casework.hidden(tx, ticket.contact_id):
        return []
    hers = sorted(
        conversations.of_contact(tx, ticket.contact_id), key=lambda one: (one.last_in_at or 0, one.id), reverse=True
    )
    chosen = [one for one in hers if one.receives]
    open_ones = [one for one in hers if one.receives is not False]
    return chosen or (open_ones or hers)[:1]


def there(conversation: Conversation, now: int) -> bool:
    recent = conversation.last_in_at is not None and now - conversation.last_in_at < THERE
    return recent and not conversation.paused
