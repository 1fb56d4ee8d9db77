"""Her three words on another channel: what she writes there from now on belongs to the same person."""

from handlers.state import State
from store import Tx, conversations, tickets
from store.rows import Conversation


def carried(tx: Tx, contact_id: int) -> State:
    """What her other channels know of her matter; nothing that belongs to one screen only."""
    hers = conversations.of_contact(tx, contact_id)
    last = max(hers, key=lambda one: (one.last_in_at or 0, one.id), default=None)
    return State.from_json(last.state if last else None).carried()


def move(tx: Tx, conversation: Conversation, contact_id: int, *, now: int) -> bool:
    """False where nothing moves: it is hers already, or somebody has an open matter here, and people are never merged.

    What was said before the three words stays where it was; this address begins a new conversation of hers.
    """
    if conversation.contact_id == contact_id or tickets.of_contact(tx, conversation.contact_id):
        return False
    state = carried(tx, contact_id)
    conversations.leave(tx, conversation.id)
    made = conversations.create(
        tx,
        inbox=conversation.inbox,
        address=conversation.address,
        token=conversation.token,
        contact_id=contact_id,
        now=now,
        state=state.to_json(),
    )
    hold_too(tx, made)
    return True


def hold_too(tx: Tx, made: Conversation) -> None:
    """Staff who have her have her on the channel she has just come to as well."""
    for one in conversations.of_contact(tx, made.contact_id):
        if one.held_by is not None:
            conversations.hold(tx, made.id, seat_id=one.held_by, until=one.held_until)
            return
