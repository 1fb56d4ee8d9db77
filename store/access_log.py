"""Who looked at what, and why: the line is committed before the record is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row, insert, select

from store.database import Store
from store.models import access, contact, ticket
from store.unit import T, Tx, Work
from store.vault import Sealer


class Looker(Protocol):
    """Whoever looks: web.auth's Who."""

    @property
    def seat_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Look:
    id: int
    at: int
    seat_id: int
    action: str
    ticket_id: int | None
    reason: str | None
    data: dict[str, Any]


def look(
    tx: Tx,
    who: Looker,
    action: str,
    ticket_id: int | None,
    reason: str | None = None,
    *,
    now: int,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write one line. `reason` is sealed with the key of the ticket's contact; `data` holds ids and keys only.

    Run it in a unit of its own and read the record after that unit: `shown` does both.
    """
    sealed = None
    if reason is not None:
        sealer = _sealer(tx, ticket_id)
        sealed = sealer.seal(reason) if sealer else None
    row = {"at": now, "seat_id": who.seat_id, "action": action, "ticket_id": ticket_id, "reason": sealed}
    line: int = tx.connection.execute(
        insert(access).values(**row, data=dict(data or {})).returning(access.c.id)
    ).scalar_one()
    return line


async def shown(
    store: Store,
    who: Looker,
    action: str,
    ticket_id: int | None,
    work: Work[T],
    *,
    now: int,
    reason: str | None = None,
) -> T:
    """Commit the line, then read: if the line cannot be written, nothing is shown."""
    await store.unit(lambda tx: look(tx, who, action, ticket_id, reason, now=now))
    return await store.read(work)


def of_ticket(tx: Tx, ticket_id: int, *, limit: int = 200) -> list[Look]:
    """Newest first."""
    query = select(access).where(access.c.ticket_id == ticket_id).order_by(access.c.id.desc()).limit(limit)
    sealer = _sealer(tx, ticket_id)
    return [_row(row, sealer) for row in tx.connection.execute(query)]


def of_seat(tx: Tx, seat_id: int, *, since: int, limit: int = 500) -> list[Look]:
    """Newest first, without reasons: those speak of her and are read at the ticket."""
    query = (
        select(access)
        .where(access.c.seat_id == seat_id, access.c.at >= since)
        .order_by(access.c.id.desc())
        .limit(limit)
    )
    return [_row(row, None) for row in tx.connection.execute(query)]


def _sealer(tx: Tx, ticket_id: int | None) -> Sealer | None:
    """None when there is no ticket, or her key is destroyed: then nothing of her is left to be shown either."""
    query = select(contact.c.wrapped_key).join(ticket, ticket.c.contact_id == contact.c.id)
    wrapped = tx.connection.execute(query.where(ticket.c.id == ticket_id)).scalar_one_or_none()
    return None if wrapped is None else tx.vault.sealer(wrapped)


def _row(row: Row[Any], sealer: Sealer | None) -> Look:
    reason = sealer.open(row.reason) if sealer and row.reason is not None else None
    return Look(row.id, row.at, row.seat_id, row.action, row.ticket_id, reason, dict(row.data))
