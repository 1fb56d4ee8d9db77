"""Inbound messages: taken exactly once, kept with what was understood and what followed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.models import attachment, contact, conversation, correction, message, outbox
from store.prepared import Prepared
from store.rows import Copy, Line
from store.unit import Tx


@dataclass(frozen=True, slots=True)
class File:
    kind: str
    remote_id: str
    name: str | None
    mime: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that was handled before."""

    id: int
    conversation_id: int
    token: str


def find(tx: Tx, inbox: str, external_id: str) -> Seen | None:
    row = FIND.run(tx, {"in": inbox, "external": _name(tx, inbox, external_id)}).fetchone()
    if row is None:
        return None
    message_id, conversation_id, token, wrapped_key = row
    return Seen(message_id, conversation_id, tx.vault.sealer(wrapped_key).open(token))


@dataclass(frozen=True, slots=True)
class Handled:
    """What was understood of a message and done about it; `understanding` is the parse as CONTRACT.md shows it."""

    understanding: Mapping[str, Any]
    handler: str
    article: str | None
    waits: bool


def _name(tx: Tx, inbox: str, external_id: str) -> str:
    """A channel's id may hold her token or a hash of her words; an HMAC finds it again and says nothing."""
    return tx.vault.mac("message", f"{inbox}\0{external_id}").hex()


FIND = Prepared(
    select(message.c.id, message.c.conversation_id, conversation.c.token, contact.c.wrapped_key)
    .join(conversation, conversation.c.id == message.c.conversation_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .where(message.c.inbox == bindparam("in"), message.c.external_id == bindparam("external"))
)
TAKE = Prepared(
    *(
        dialect.insert(message).on_conflict_do_nothing(index_elements=["inbox", "external_id"]).returning(message.c.id)
        for dialect in (postgresql, sqlite)
    )
)


def take(
    tx: Tx,
    *,
    inbox: str,
    external_id: str,
    conversation_id: int,
    contact_id: int,
    kind: str,
    body: str,
    sent_at: int | None,
    now: int,
    handled: Handled,
    files: Sequence[File] = (),
    corrects: int | None = None,
) -> int | None:
    """Store it and return its id; None when the channel has brought it before (only the UNIQUE key knows for sure)."""
    sealer = contacts.sealer(tx, contact_id)
    danger = handled.understanding["danger"]
    values = {
        "inbox": inbox,
        "external_id": _name(tx, inbox, external_id),
        "conversation_id": conversation_id,
        "kind": kind,
        "body": sealer.seal(body),
        "sent_at": sent_at,
        "received_at": now,
        "understanding": sealer.seal_json(handled.understanding),
        "intent": handled.understanding["intent"],
        "confidence": handled.understanding["confidence"],
        "danger_level": danger["level"],
        "danger_kind": danger["kind"],
        "danger_sure": danger["sure"],
        "model": handled.understanding["model"],
        "handler": handled.handler,
        "article": handled.article,
        "waits": handled.waits,
        "corrects": corrects,
    }
    row = TAKE.run(tx, values).fetchone()
    if row is None:
        return None
    message_id = int(row[0])
    for file in files:
        tx.connection.execute(
            insert(attachment).values(
                message_id=message_id,
                kind=file.kind,
                name=None if file.name is None else sealer.seal(file.name),
                mime=file.mime,
                size=file.size,
                remote_id=sealer.seal(file.remote_id),
                created_at=now,
            )
        )
    return message_id


def followed(tx: Tx, conversation_id: int, what: str) -> None:
    """Note what followed the last message that got an article."""
    last = (
        select(message.c.id)
        .where(message.c.conversation_id == conversation_id, message.c.article.is_not(None))
        .order_by(message.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tx.connection.execute(update(message).where(message.c.id == last).values(followed=what))


def correct(
    tx: Tx, message_id: int, *, seat_id: int, was: Mapping[str, Any], should: Mapping[str, Any], now: int
) -> None:
    tx.connection.execute(
        insert(correction).values(message_id=message_id, seat_id=seat_id, was=was, should=should, at=now)
    )


def transcript(tx: Tx, contact_id: int, *, limit: int = 500) -> list[Line]:
    """Hers and ours over all conversations of the contact, oldest first, at most the last `limit` of each side."""
    sealer = contacts.sealer(tx, contact_id)
    hers = tx.connection.execute(
        select(message)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(conversation.c.contact_id == contact_id)
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    ours = tx.connection.execute(
        select(outbox)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(conversation.c.contact_id == contact_id, outbox.c.copy_of.is_(None))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    copies = _copies(tx, contact_id)
    lines = [
        Line(
            id=row.id,
            who="her",
            at=row.received_at,
            text=sealer.open(row.body),
            kind=row.kind,
            danger_level=row.danger_level if row.danger_sure else None,
            intent=row.intent,
            handler=row.handler,
            article=row.article,
        )
        for row in hers
    ]
    lines += [
        Line(
            id=row.id,
            who="bot" if row.seat_id is None else "staff",
            at=row.created_at,
            text=sealer.open(row.body),
            reply_id=row.reply_id,
            buttons=() if row.buttons is None else tuple(sealer.open_json(row.buttons)),
            state=row.state,
            seat_id=row.seat_id,
            article=row.article,
            inbox=row.inbox,
            copies=copies.get(row.reply_id, ()),
        )
        for row in ours
    ]
    return sorted(lines, key=lambda line: (line.at, line.who != "her", line.id))


def _copies(tx: Tx, contact_id: int) -> dict[str, tuple[Copy, ...]]:
    """By the reply they repeat, in the order of her channels."""
    rows = tx.connection.execute(
        select(outbox.c.copy_of, outbox.c.inbox, outbox.c.reply_id, outbox.c.state)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(conversation.c.contact_id == contact_id, outbox.c.copy_of.is_not(None))
        .order_by(outbox.c.id)
    )
    found: defaultdict[str, tuple[Copy, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.copy_of] += (Copy(row.inbox, row.reply_id, row.state),)
    return found


def understandings(tx: Tx, conversation_id: int, contact_id: int) -> list[dict[str, Any]]:
    """What was understood of each message of one conversation, oldest first, as `halfsky parse` shows it."""
    sealer = contacts.sealer(tx, contact_id)
    rows = tx.connection.execute(
        select(message.c.understanding)
        .where(message.c.conversation_id == conversation_id, message.c.understanding.is_not(None))
        .order_by(message.c.id)
    )
    return [dict(sealer.open_json(row.understanding)) for row in rows]


def body(tx: Tx, message_id: int) -> str:
    row = tx.connection.execute(
        select(message.c.body, contact.c.wrapped_key)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(message.c.id == message_id)
    ).one()
    return tx.vault.sealer(row.wrapped_key).open(row.body)
