"""A message and the later versions of it: what she wrote first, what she made of it, what it was answered."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from store import messages, outbox
from store.models import contact, conversation, message
from store.unit import Tx


@dataclass(frozen=True, slots=True)
class Versions:
    """Of one message; `id` is the first one's."""

    id: int
    texts: tuple[str, ...]  # oldest first
    handler: str | None  # what answered the newest of them
    answers: tuple[str, ...]  # every reply to any of them


def versions(tx: Tx, inbox: str, external_id: str) -> Versions | None:
    """None when the message itself never came here. Raises KeyErased."""
    seen = messages.find(tx, inbox, external_id)
    if seen is None:
        return None
    rows = tx.connection.execute(
        select(message.c.id, message.c.body, message.c.handler, contact.c.wrapped_key)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(
            message.c.conversation_id == seen.conversation_id,
            or_(message.c.id == seen.id, message.c.corrects == seen.id),
        )
        .order_by(message.c.id)
    ).all()
    sealer = tx.vault.sealer(rows[0].wrapped_key)
    answers = [reply for row in rows for reply in outbox.answers(tx, row.id)]
    return Versions(
        id=seen.id,
        texts=tuple(sealer.open(row.body) for row in rows),
        handler=rows[-1].handler,
        answers=tuple(reply.text for reply in answers),
    )
