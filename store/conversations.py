"""Conversations: found by address or token, locked by row, moved on by version."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.errors import Stale
from store.models import contact, conversation, message
from store.prepared import Prepared
from store.rows import Conversation
from store.unit import Tx

COLUMNS = (*conversation.c, contact.c.wrapped_key)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a handled message leaves on its conversation."""

    state: dict[str, Any]
    topic: str | None
    paused: bool
    last_in_at: int
    watch_kind: str | None = None  # raises the flag; only a person lowers it


# Statements of the message path stand ready: building one anew costs more than running it.
FOUND = select(*COLUMNS).join(contact, contact.c.id == conversation.c.contact_id).where(contact.c.hidden_at.is_(None))
BY_TOKEN = FOUND.where(conversation.c.token_mac == bindparam("mac"))
BY_ADDRESS = FOUND.where(conversation.c.inbox == bindparam("in"), conversation.c.address_mac == bindparam("mac"))
BY_ID = FOUND.where(conversation.c.id == bindparam("conversation"))
LOCKED = BY_ID.with_for_update(of=conversation)
INSERTS = {
    name: dialect.insert(conversation)
    .on_conflict_do_nothing(index_elements=["inbox", "address_mac"])
    .returning(*conversation.c)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
ADVANCE = Prepared(
    update(conversation).where(
        conversation.c.id == bindparam("conversation"), conversation.c.version == bindparam("before")
    )
)
SAW = Prepared(update(conversation).where(conversation.c.token_mac == bindparam("mac")))


def _row(tx: Tx, row: Row[Any]) -> Conversation:
    sealer = tx.sealers.get(row.contact_id) or tx.vault.sealer(row.wrapped_key)
    tx.sealers[row.contact_id] = sealer
    return Conversation(
        id=row.id,
        token=sealer.open(row.token),
        contact_id=row.contact_id,
        inbox=row.inbox,
        address=sealer.open(row.address),
        state=None if row.state is None else sealer.open_json(row.state),
        version=row.version,
        topic=row.topic,
        held_by=row.held_by,
        held_until=row.held_until,
        paused=row.paused,
        watch_since=row.watch_since,
        watch_kind=row.watch_kind,
        last_in_at=row.last_in_at,
        seen_at=row.seen_at,
        demo=row.demo,
        receives=row.receives,
    )


def _one(tx: Tx, query: Executable, **values: Any) -> Conversation | None:
    row = tx.connection.execute(query, values).first()
    return None if row is None else _row(tx, row)


def by_token(tx: Tx, token: str) -> Conversation | None:
    return _one(tx, BY_TOKEN, mac=token_mac(tx, token))


def token_mac(tx: Tx, token: str) -> bytes:
    return tx.vault.mac("token", token)


def by_id(tx: Tx, conversation_id: int, *, lock: bool = False) -> Conversation | None:
    return _one(tx, LOCKED if lock else BY_ID, conversation=conversation_id)


def by_address(tx: Tx, inbox: str, address: str) -> Conversation | None:
    return _one(tx, BY_ADDRESS, **{"in": inbox, "mac": tx.vault.mac("address", f"{inbox}\0{address}")})


def contact_of(tx: Tx, conversation_id: int) -> int:
    query = select(conversation.c.contact_id).where(conversation.c.id == conversation_id)
    return int(tx.connection.execute(query).scalar_one())


def of_contact(tx: Tx, contact_id: int) -> list[Conversation]:
    rows = tx.connection.execute(
        select(*COLUMNS)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(conversation.c.contact_id == contact_id)
        .order_by(conversation.c.id)
    )
    return [_row(tx, row) for row in rows]


def create(
    tx: Tx,
    *,
    inbox: str,
    address: str,
    token: str,
    contact_id: int,
    now: int,
    demo: bool = False,
    state: dict[str, Any] | None = None,
) -> Conversation:
    """Raises Stale when another process has just made it. `state`: what is known of her from another channel."""
    sealer = contacts.sealer(tx, contact_id)
    values = {
        "token_mac": token_mac(tx, token),
        "token": sealer.seal(token),
        "contact_id": contact_id,
        "inbox": inbox,
        "address_mac": tx.vault.mac("address", f"{inbox}\0{address}"),
        "address": sealer.seal(address),
        "created_at": now,
        "demo": demo,
        "state": None if state is None else sealer.seal_json(state),
    }
    row = tx.connection.execute(INSERTS[tx.connection.dialect.name], values).first()
    if row is None:
        raise Stale("conversation")
    return _row(tx, row)


def advance(tx: Tx, before: Conversation, changes: Changes, *, now: int) -> None:
    """Write what a message changed; raises Stale when another message came between."""
    sealer = contacts.sealer(tx, before.contact_id)
    values: dict[str, Any] = {
        "state": sealer.seal_json(changes.state),
        "topic": changes.topic,
        "paused": changes.paused,
        "last_in_at": changes.last_in_at,
        "seen_at": changes.last_in_at,
        "version": before.version + 1,
        "conversation": before.id,
        "before": before.version,
    }
    if changes.watch_kind is not None:
        values |= {"watch_since": before.watch_since or now, "watch_kind": changes.watch_kind}
    done = ADVANCE.run(tx, values)
    if done.rowcount != 1:
        raise Stale("conversation")


def rename(tx: Tx, before: Conversation, *, token: str) -> None:
    """Give a web conversation a new token: the page that held the old one is shut out."""
    sealer = contacts.sealer(tx, before.contact_id)
    tx.connection.execute(
        update(conversation)
        .where(conversation.c.id == before.id)
        .values(
            token_mac=token_mac(tx, token),
            token=sealer.seal(token),
            address=sealer.seal(token),
            address_mac=tx.vault.mac("address", f"{before.inbox}\0{token}"),
        )
    )
    # A replay of an old message must not be answered with the new token.
    rows = tx.connection.execute(select(message.c.id).where(message.c.conversation_id == before.id)).all()
    for row in rows:
        tx.connection.execute(
            update(message).where(message.c.id == row.id).values(external_id=f"before-return:{row.id}")
        )


def forget_addresses(tx: Tx, contact_id: int) -> None:
    """Nothing that comes from her addresses finds these conversations again."""
    rows = tx.connection.execute(select(conversation.c.id).where(conversation.c.contact_id == contact_id)).all()
    for row in rows:
        tx.connection.execute(
            update(conversation)
            .where(conversation.c.id == row.id)
            .values(address_mac=os.urandom(32), token_mac=os.urandom(32))
        )


def beside(tx: Tx, contact_id: int, conversation_id: int) -> tuple[str, ...]:
    """Inboxes of her other conversations."""
    rows = tx.connection.execute(
        select(conversation.c.inbox)
        .where(conversation.c.contact_id == contact_id, conversation.c.id != conversation_id)
        .order_by(conversation.c.id)
    )
    return tuple(row.inbox for row in rows)


def leave(tx: Tx, conversation_id: int) -> None:
    """Her address and token name another conversation from now on; this one stays with what was said in it."""
    tx.connection.execute(
        update(conversation)
        .where(conversation.c.id == conversation_id)
        .values(address_mac=os.urandom(32), token_mac=os.urandom(32))
    )


def receive(tx: Tx, contact_id: int, wanted: Mapping[int, bool]) -> None:
    """On which of her conversations replies of staff may come, by id."""
    for conversation_id, receives in wanted.items():
        tx.connection.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id, conversation.c.contact_id == contact_id)
            .values(receives=receives)
        )


def pause(tx: Tx, contact_id: int) -> tuple[int, ...]:
    """Nothing leaves on any of her channels; each begins again where she writes. Returns the ids."""
    rows = tx.connection.execute(
        update(conversation)
        .where(conversation.c.contact_id == contact_id)
        .values(paused=True)
        .returning(conversation.c.id)
    )
    return tuple(row.id for row in rows)


def hold(tx: Tx, conversation_id: int, *, seat_id: int | None, until: int | None) -> None:
    """A seat talks to her until then; None gives her back to the bot."""
    tx.connection.execute(
        update(conversation).where(conversation.c.id == conversation_id).values(held_by=seat_id, held_until=until)
    )


def give_back(tx: Tx, contact_id: int) -> bool:
    """She is told that staff no longer have her; False when somebody was faster, so that it is said once."""
    done = tx.connection.execute(
        update(conversation)
        .where(conversation.c.contact_id == contact_id, conversation.c.held_by.is_not(None))
        .values(held_by=None, held_until=None)
    )
    return done.rowcount > 0


def run_out(tx: Tx, *, now: int, since: int) -> list[Conversation]:
    """Where the time staff had is over and she does not know: she wrote after `since`, and not since it ended."""
    rows = tx.connection.execute(
        select(*COLUMNS)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(
            conversation.c.held_by.is_not(None),
            conversation.c.held_until <= now,
            conversation.c.last_in_at > since,
            conversation.c.last_in_at <= conversation.c.held_until,
            contact.c.hidden_at.is_(None),
            contact.c.wrapped_key.is_not(None),
        )
        .order_by(conversation.c.id)
    )
    return [_row(tx, row) for row in rows]


def looked(tx: Tx, conversation_id: int) -> None:
    """A named person has looked at the doubtful sign (the caller logs who)."""
    tx.connection.execute(
        update(conversation).where(conversation.c.id == conversation_id).values(watch_since=None, watch_kind=None)
    )


def watched(tx: Tx, *, limit: int = 100) -> list[Conversation]:
    """待留意: doubtful signs nobody has looked at yet, oldest first."""
    rows = tx.connection.execute(
        select(*COLUMNS)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .where(conversation.c.watch_since.is_not(None), contact.c.wrapped_key.is_not(None))
        .order_by(conversation.c.watch_since)
        .limit(limit)
    )
    return [_row(tx, row) for row in rows]


def saw(tx: Tx, seen: Mapping[str, int]) -> None:
    """When each page, by its token, last said that it is open."""
    for token, at in seen.items():
        SAW.run(tx, {"seen_at": at, "mac": token_mac(tx, token)})
