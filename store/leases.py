"""Leases: which process does a thing only one may do, until when."""

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from store.models import lease
from store.unit import Tx


def take(tx: Tx, name: str, owner: str, *, now: int, until: int) -> bool:
    """Take it when it is free, run out or already ours (then it is renewed); one statement, so two never both win."""
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    fresh = insert(lease).values(name=name, owner=owner, until=until)
    taken = fresh.on_conflict_do_update(
        index_elements=[lease.c.name],
        set_={"owner": owner, "until": until},
        where=or_(lease.c.owner == owner, lease.c.until <= now),
    ).returning(lease.c.owner)
    return tx.connection.execute(taken).first() is not None


def holds(tx: Tx, name: str, owner: str, *, now: int) -> bool:
    """Whether it is still ours, locked until this transaction ends: what else it writes is fenced by the answer."""
    row = tx.connection.execute(
        select(lease.c.name).where(lease.c.name == name, lease.c.owner == owner, lease.c.until > now).with_for_update()
    )
    return row.first() is not None


def drop(tx: Tx, name: str, owner: str) -> None:
    """Give it back, so that the next owner need not wait; somebody else's lease stays."""
    tx.connection.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))
