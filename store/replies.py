"""Replies as a channel with a budget sees them: what goes with what, what was offered last, who hands it over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, update

from store import contacts
from store.models import conversation, outbox
from store.outbox import OPEN, TOPIC
from store.unit import Tx

LOOKED_AT = 12  # newest replies among which the last offered buttons are


@dataclass(frozen=True, slots=True)
class Piece:
    """A reply that could leave together with another."""

    reply_id: str
    text: str
    buttons: tuple[str, ...]


def conversation_of(tx: Tx, reply_id: str) -> int | None:
    found = tx.connection.execute(select(outbox.c.conversation_id).where(outbox.c.reply_id == reply_id))
    value = found.scalar_one_or_none()
    return None if value is None else int(value)


def let_go(tx: Tx, reply_ids: Sequence[str], *, now: int) -> None:
    """The request that was to show them will not: they are due at once."""
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.reply_id.in_(reply_ids), outbox.c.state == "leased", outbox.c.attempts == 0)
        .values(state="queued", next_at=now)
    )
    tx.announce(TOPIC)


def taken_elsewhere(tx: Tx, reply_ids: Sequence[str]) -> bool:
    """The outbox hands some of them over, or did: showing them in an answer would show them twice."""
    query = select(outbox.c.id).where(
        outbox.c.reply_id.in_(reply_ids), or_(outbox.c.attempts > 0, outbox.c.state == "queued")
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def offered(tx: Tx, conversation_id: int, contact_id: int) -> tuple[str, ...]:
    """The buttons of her last answer that had any; empty when what she read last offered none."""
    rows = tx.connection.execute(
        select(outbox.c.message_id, outbox.c.buttons)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.state.not_in(("waiting", "failed")))
        .order_by(outbox.c.id.desc())
        .limit(LOOKED_AT)
    ).all()
    answered: int | None = None
    for row in rows:
        if answered is not None and row.message_id != answered:
            return ()  # an earlier exchange
        answered = row.message_id if answered is None else answered
        if row.buttons is not None:
            return tuple(contacts.sealer(tx, contact_id).open_json(row.buttons))
    return ()


def sent(tx: Tx, reply_ids: Sequence[str], *, now: int) -> None:
    """They left together with another."""
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.reply_id.in_(reply_ids), outbox.c.state.in_(OPEN))
        .values(state="sent", done_at=now, error=None)
    )
    tx.announce("delivery")


def following(tx: Tx, reply_id: str, *, now: int) -> list[Piece]:
    """Later replies of the same conversation and the same kind of author that are due now as well, in order."""
    own = tx.connection.execute(
        select(outbox.c.id, outbox.c.conversation_id, outbox.c.seat_id, conversation.c.contact_id)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(outbox.c.reply_id == reply_id)
    ).first()
    if own is None:
        return []
    author = outbox.c.seat_id.is_(None) if own.seat_id is None else outbox.c.seat_id.is_not(None)
    rows = tx.connection.execute(
        select(outbox.c.reply_id, outbox.c.body, outbox.c.buttons)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(
            outbox.c.conversation_id == own.conversation_id,
            outbox.c.id > own.id,
            and_(outbox.c.state.in_(OPEN), outbox.c.next_at <= now),
            author,
            or_(conversation.c.paused.is_(False), outbox.c.message_id.is_not(None)),
        )
        .order_by(outbox.c.id)
        .limit(LOOKED_AT)
    )
    sealer = contacts.sealer(tx, own.contact_id)
    return [
        Piece(row.reply_id, sealer.open(row.body), () if row.buttons is None else tuple(sealer.open_json(row.buttons)))
        for row in rows
    ]
