"""Pushes that had to be acknowledged before they were handled: kept sealed, so that a crash does not lose them."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.errors import KeysMissing
from store.models import late_push
from store.unit import Tx


def keep(tx: Tx, inbox: str, name: str, body: dict[str, Any], *, now: int) -> None:
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    key = tx.vault.new_key()
    tx.connection.execute(
        insert(late_push)
        .values(
            inbox=inbox,
            name_mac=_mac(tx, inbox, name),
            wrapped_key=key,
            body=tx.vault.sealer(key).seal_json(body),
            at=now,
        )
        .on_conflict_do_nothing()
    )


def drop(tx: Tx, inbox: str, name: str) -> None:
    """It is handled."""
    tx.connection.execute(
        delete(late_push).where(late_push.c.inbox == inbox, late_push.c.name_mac == _mac(tx, inbox, name))
    )


def left(tx: Tx, inbox: str, *, before: int, limit: int = 50) -> list[dict[str, Any]]:
    """Those nobody has handled since, oldest first."""
    rows = tx.connection.execute(
        select(late_push.c.wrapped_key, late_push.c.body)
        .where(late_push.c.inbox == inbox, late_push.c.at < before)
        .order_by(late_push.c.at)
        .limit(limit)
    )
    found: list[dict[str, Any]] = []
    for row in rows:
        try:
            found.append(tx.vault.sealer(row.wrapped_key).open_json(row.body))
        except KeysMissing:
            continue
    return found


def _mac(tx: Tx, inbox: str, name: str) -> bytes:
    return tx.vault.mac("push", f"{inbox}\0{name}")
