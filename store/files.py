"""Files she sent: which still lie with the channel, and where the fetched ones are kept."""

from dataclasses import dataclass

from sqlalchemy import select, update

from store import contacts, messages
from store.models import attachment, contact, conversation, message
from store.unit import Tx

TOPIC = "delivery"  # open tickets look again
KINDS = ("voice", "image", "video", "file")
WORDS = ("location", "contact")  # nothing to fetch: what she shared stands in the row itself


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is still with the channel."""

    id: int
    kind: str
    remote_id: str
    mime: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as staff may see or hear it; `path` None: not fetched yet, or gone."""

    id: int
    message_id: int
    kind: str
    mime: str | None
    size: int | None
    path: str | None
    gone: bool  # the channel no longer had it


def waiting(tx: Tx, inbox: str, *, since: int, limit: int = 16) -> list[Waiting]:
    """Not fetched yet, oldest first; what was sent before `since` the channel has thrown away."""
    rows = tx.connection.execute(
        select(attachment.c.id, attachment.c.kind, attachment.c.remote_id, attachment.c.mime, contact.c.wrapped_key)
        .join(message, message.c.id == attachment.c.message_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(
            message.c.inbox == inbox,
            attachment.c.kind.in_(KINDS),
            attachment.c.path.is_(None),
            attachment.c.remote_id.is_not(None),
            attachment.c.created_at > since,
            contact.c.wrapped_key.is_not(None),
        )
        .order_by(attachment.c.id)
        .limit(limit)
    )
    return [Waiting(row.id, row.kind, tx.vault.sealer(row.wrapped_key).open(row.remote_id), row.mime) for row in rows]


def of_message(tx: Tx, inbox: str, external_id: str) -> list[tuple[int, bool]]:
    """(attachment, whether it is kept already) of one message by its name on the channel."""
    seen = messages.find(tx, inbox, external_id)
    if seen is None:
        return []
    query = select(attachment.c.id, attachment.c.path).where(attachment.c.message_id == seen.id)
    return [(row.id, row.path is not None) for row in tx.connection.execute(query.order_by(attachment.c.id))]


def sealed(tx: Tx, attachment_id: int, data: bytes) -> bytes:
    """The bytes under her own key: destroying it makes the file unreadable too."""
    return contacts.sealer(tx, _contact_of(tx, attachment_id)).seal_bytes(data)


def opened(tx: Tx, attachment_id: int, data: bytes) -> bytes:
    return contacts.sealer(tx, _contact_of(tx, attachment_id)).open_bytes(data)


def keep(tx: Tx, attachment_id: int, *, path: str, mime: str, size: int) -> None:
    tx.connection.execute(
        update(attachment).where(attachment.c.id == attachment_id).values(path=path, mime=mime, size=size)
    )
    tx.announce(TOPIC)


def give_up(tx: Tx, attachment_id: int) -> None:
    """The channel has it no longer."""
    tx.connection.execute(update(attachment).where(attachment.c.id == attachment_id).values(remote_id=None))
    tx.announce(TOPIC)


def of_contact(tx: Tx, contact_id: int) -> list[Kept]:
    """Everything she sent, over all her conversations."""
    rows = tx.connection.execute(
        select(attachment)
        .join(message, message.c.id == attachment.c.message_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(conversation.c.contact_id == contact_id, attachment.c.kind.in_((*KINDS, *WORDS)))
        .order_by(attachment.c.id)
    )
    return [
        Kept(row.id, row.message_id, row.kind, row.mime, row.size, row.path, row.path is None and row.remote_id is None)
        for row in rows
    ]


def shared(tx: Tx, contact_id: int, kind: str) -> dict[int, str]:
    """Places or cards she shared, in words, by attachment."""
    sealer = contacts.sealer(tx, contact_id)
    rows = tx.connection.execute(
        select(attachment.c.id, attachment.c.name, attachment.c.remote_id)
        .join(message, message.c.id == attachment.c.message_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(conversation.c.contact_id == contact_id, attachment.c.kind == kind, attachment.c.remote_id.is_not(None))
        .order_by(attachment.c.id)
    )
    parts = {row.id: [sealer.open(one) for one in (row.name, row.remote_id) if one is not None] for row in rows}
    return {one: " ".join(words) for one, words in parts.items()}


def _contact_of(tx: Tx, attachment_id: int) -> int:
    query = (
        select(conversation.c.contact_id)
        .join(message, message.c.conversation_id == conversation.c.id)
        .join(attachment, attachment.c.message_id == message.c.id)
        .where(attachment.c.id == attachment_id)
    )
    return int(tx.connection.execute(query).scalar_one())
