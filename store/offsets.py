"""Offsets: how far a polled channel has been confirmed."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.models import channel_offset
from store.unit import Tx


def position(tx: Tx, inbox: str) -> int | None:
    found = tx.connection.execute(select(channel_offset.c.position).where(channel_offset.c.inbox == inbox))
    value = found.scalar_one_or_none()
    return None if value is None else int(value)


def confirm(tx: Tx, inbox: str, position: int) -> None:
    """Also backwards: Telegram starts its ids anew after a quiet week."""
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    fresh = insert(channel_offset).values(inbox=inbox, position=position)
    tx.connection.execute(
        fresh.on_conflict_do_update(index_elements=[channel_offset.c.inbox], set_={"position": position})
    )
