"""How she judged a closed matter; a row without a value is 未评价 and counts as nothing else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.models import rating, ticket
from store.unit import Tx

VALUES = ("good", "fair", "bad")


@dataclass(frozen=True, slots=True)
class Rating:
    ticket_id: int
    closed_at: int
    value: str | None
    rated_at: int | None
    reason: str | None


def unasked(tx: Tx, contact_id: int, *, since: int) -> int | None:
    """Her newest matter that ended after `since` and was never asked about; matters of danger are left in peace."""
    asked = select(rating.c.id).where(rating.c.ticket_id == ticket.c.id, rating.c.closed_at == ticket.c.closed_at)
    query = (
        select(ticket.c.id)
        .where(
            ticket.c.contact_id == contact_id,
            ticket.c.closed_at > since,
            ticket.c.danger_kind.is_(None),
            ticket.c.outcome.not_in(("withdrawn", "duplicate")),
            ~asked.exists(),
        )
        .order_by(ticket.c.closed_at.desc())
        .limit(1)
    )
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def asked(tx: Tx, ticket_id: int, *, closed_at: int, now: int) -> None:
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(rating)
        .values(ticket_id=ticket_id, closed_at=closed_at, asked_at=now)
        .on_conflict_do_nothing(index_elements=["ticket_id", "closed_at"])
    )


def rate(tx: Tx, ticket_id: int, *, closed_at: int, value: str, now: int) -> None:
    """Her newest word counts."""
    asked(tx, ticket_id, closed_at=closed_at, now=now)
    tx.connection.execute(
        update(rating)
        .where(rating.c.ticket_id == ticket_id, rating.c.closed_at == closed_at)
        .values(value=value, rated_at=now)
    )


def explain(tx: Tx, ticket_id: int, contact_id: int, reason: str) -> None:
    """Why, in her words, onto the newest rating of the ticket."""
    newest = select(func.max(rating.c.id)).where(rating.c.ticket_id == ticket_id).scalar_subquery()
    sealed = contacts.sealer(tx, contact_id).seal(reason)
    tx.connection.execute(update(rating).where(rating.c.id == newest).values(reason=sealed))


def of_ticket(tx: Tx, ticket_id: int, contact_id: int) -> list[Rating]:
    rows = tx.connection.execute(select(rating).where(rating.c.ticket_id == ticket_id).order_by(rating.c.id)).all()
    return [_rating(tx, row, contact_id) for row in rows]


def _rating(tx: Tx, row: Row[Any], contact_id: int) -> Rating:
    reason = None if row.reason is None else contacts.sealer(tx, contact_id).open(row.reason)
    return Rating(row.ticket_id, row.closed_at, row.value, row.rated_at, reason)


def counts(tx: Tx, *, start: int, end: int) -> dict[str, int]:
    """Of matters that ended in this time and were asked about: how many of each value, `none` for 未评价."""
    rows = tx.connection.execute(
        select(rating.c.value, func.count())
        .where(rating.c.closed_at >= start, rating.c.closed_at < end)
        .group_by(rating.c.value)
    )
    found = {row[0] or "none": int(row[1]) for row in rows}
    return {name: found.get(name, 0) for name in (*VALUES, "none")}


def open_question(tx: Tx, contact_id: int, *, since: int) -> int | None:
    """Her closed matter that was asked about last and not answered."""
    query = (
        select(rating.c.ticket_id)
        .join(ticket, ticket.c.id == rating.c.ticket_id)
        .where(
            ticket.c.contact_id == contact_id,
            ticket.c.closed_at == rating.c.closed_at,
            rating.c.value.is_(None),
            rating.c.asked_at > since,
        )
        .order_by(rating.c.id.desc())
        .limit(1)
    )
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)
