"""What women asked and got no answer to, or an answer that did not help."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from store.models import contact, conversation, message
from store.unit import Tx

UNANSWERED = ("unsure", "unknown")


@dataclass(frozen=True, slots=True)
class Question:
    id: int
    text: str
    at: int
    article: str | None  # the one that did not help
    unsolved: bool


def recent(tx: Tx, *, since: int, limit: int = 500) -> list[Question]:
    """Newest first; nothing of who was in danger, of who asked to be forgotten, or of a demonstration."""
    return _questions(tx, message.c.received_at >= since, limit)


def one(tx: Tx, message_id: int) -> Question | None:
    """By its number, under the same conditions."""
    return next(iter(_questions(tx, message.c.id == message_id, 1)), None)


def _questions(tx: Tx, which: ColumnElement[bool], limit: int) -> list[Question]:
    wanted = message.c.handler.in_(UNANSWERED) | (message.c.followed == "unsolved")
    query = (
        select(message, contact.c.wrapped_key)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(
            wanted,
            which,
            message.c.kind == "text",
            message.c.danger_kind.is_(None),
            contact.c.wrapped_key.is_not(None),
            contact.c.hidden_at.is_(None),
            conversation.c.demo.is_(False),
        )
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    return [
        Question(
            row.id,
            tx.vault.sealer(row.wrapped_key).open(row.body),
            row.received_at,
            row.article,
            row.followed == "unsolved",
        )
        for row in tx.connection.execute(query)
    ]
