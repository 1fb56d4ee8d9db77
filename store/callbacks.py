"""Calls we owe her and how she may be reached safely; numbers are sealed with her key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.models import callback, callback_try, reach, ticket, ticket_event
from store.tickets import visible_to
from store.unit import Tx

TOPIC = "callbacks"
OPEN = "open"
RECENT = 5000  # events looked back over: the keeper looks every few minutes
NEEDED = "callback_needed"  # kind of the ticket event that asks for a call


@dataclass(frozen=True, slots=True)
class Reach:
    """Safe contact. Nothing asked yet: neutral notices at decent hours, and nobody says who is writing."""

    how: str | None = None  # here, call
    notices: bool = True
    named: bool = False
    safe_from: int | None = None  # minutes of the Beijing day
    safe_to: int | None = None
    safe_words: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A call as lists show it; the number itself only through `number_of`."""

    id: int
    ticket_id: int
    contact_id: int
    safe_words: str | None
    masked: str | None  # None: no number is known
    named: bool
    why: str
    state: str
    attempts: int
    due_at: int
    created_at: int
    done_at: int | None
    done_by: int | None


@dataclass(frozen=True, slots=True)
class Try:
    at: int
    seat_id: int
    outcome: str
    note: str | None


def reach_of(tx: Tx, contact_id: int) -> Reach:
    row = tx.connection.execute(select(reach).where(reach.c.contact_id == contact_id)).first()
    if row is None:
        return Reach()
    words = None if row.safe_words is None else contacts.sealer(tx, contact_id).open(row.safe_words)
    return Reach(row.how, row.notices, row.named, row.safe_from, row.safe_to, words)


def set_reach(tx: Tx, contact_id: int, values: Mapping[str, Any], *, now: int) -> None:
    """Change what is named in `values` (fields of Reach, and `wording`)."""
    written = {**values, "changed_at": now}
    if written.get("safe_words") is not None:
        written["safe_words"] = contacts.sealer(tx, contact_id).seal(str(written["safe_words"]))
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(reach)
        .values(contact_id=contact_id, **written)
        .on_conflict_do_update(index_elements=["contact_id"], set_=written)
    )


def add(
    tx: Tx,
    *,
    ticket_id: int,
    contact_id: int,
    number: str | None,
    safe_words: str | None,
    named: bool,
    why: str,
    due_at: int,
    now: int,
    created_by: int | None = None,
) -> int:
    sealer = contacts.sealer(tx, contact_id)
    row = tx.connection.execute(
        insert(callback)
        .values(
            ticket_id=ticket_id,
            contact_id=contact_id,
            number=None if number is None else sealer.seal(number),
            safe_words=None if safe_words is None else sealer.seal(safe_words),
            named=named,
            why=why,
            state=OPEN,
            due_at=due_at,
            created_by=created_by,
            created_at=now,
        )
        .returning(callback.c.id)
    )
    tx.announce(TOPIC)
    return int(row.scalar_one())


def change(tx: Tx, before: Callback, values: Mapping[str, Any]) -> bool:
    """Columns of an open call (`number` and `safe_words` in clear); False when it was settled meanwhile."""
    sealer = contacts.sealer(tx, before.contact_id)
    written = dict(values)
    for name in ("number", "safe_words"):
        if written.get(name) is not None:
            written[name] = sealer.seal(str(written[name]))
    done = tx.connection.execute(
        update(callback)
        .where(callback.c.id == before.id, callback.c.state == OPEN, callback.c.attempts == before.attempts)
        .values(**written)
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def add_try(tx: Tx, before: Callback, *, seat_id: int, outcome: str, note: str | None, now: int) -> None:
    sealed = None if note is None else contacts.sealer(tx, before.contact_id).seal(note)
    tx.connection.execute(
        insert(callback_try).values(callback_id=before.id, at=now, seat_id=seat_id, outcome=outcome, note=sealed)
    )


def tries(tx: Tx, before: Callback) -> list[Try]:
    sealer = contacts.sealer(tx, before.contact_id)
    rows = tx.connection.execute(
        select(callback_try).where(callback_try.c.callback_id == before.id).order_by(callback_try.c.id)
    )
    return [Try(row.at, row.seat_id, row.outcome, None if row.note is None else sealer.open(row.note)) for row in rows]


def _callback(tx: Tx, row: Row[Any]) -> Callback:
    sealer = contacts.sealer(tx, row.contact_id)
    values = {name: getattr(row, name) for name in Callback.__slots__ if name not in {"safe_words", "masked"}}
    return Callback(
        safe_words=None if row.safe_words is None else sealer.open(row.safe_words),
        masked=None if row.number is None else masked(sealer.open(row.number)),
        **values,
    )


def masked(number: str) -> str:
    """Enough to recognise, too little to use."""
    return f"{number[:3]}****{number[-2:]}" if len(number) >= 8 else "****"


def get(tx: Tx, callback_id: int) -> Callback | None:
    row = tx.connection.execute(select(callback).where(callback.c.id == callback_id)).first()
    return None if row is None else _callback(tx, row)


def number_of(tx: Tx, before: Callback) -> str | None:
    """In clear: only after the reason was logged."""
    sealed = tx.connection.execute(select(callback.c.number).where(callback.c.id == before.id)).scalar_one()
    return None if sealed is None else contacts.sealer(tx, before.contact_id).open(sealed)


def open_of_ticket(tx: Tx, ticket_id: int) -> Callback | None:
    query = select(callback).where(callback.c.ticket_id == ticket_id, callback.c.state == OPEN)
    row = tx.connection.execute(query.order_by(callback.c.id.desc()).limit(1)).first()
    return None if row is None else _callback(tx, row)


def due_of_tickets(tx: Tx, ticket_ids: Sequence[int]) -> dict[int, int]:
    """Ticket -> when its earliest open call is due: what the queue shows."""
    rows = tx.connection.execute(
        select(callback.c.ticket_id, callback.c.due_at)
        .where(callback.c.ticket_id.in_(list(ticket_ids)), callback.c.state == OPEN)
        .order_by(callback.c.due_at.desc())
    )
    return {row.ticket_id: row.due_at for row in rows}


def queue(tx: Tx, *, seat_id: int, units: Sequence[str] | None, limit: int = 200) -> list[tuple[Callback, str, str]]:
    """待回拨, earliest first: (call, ticket number, unit); only of tickets this seat may see."""
    rows = tx.connection.execute(
        select(callback, ticket.c.number.label("ticket_number"), ticket.c.unit)
        .join(ticket, ticket.c.id == callback.c.ticket_id)
        .where(callback.c.state == OPEN, visible_to(seat_id=seat_id, units=units))
        .order_by(callback.c.due_at, callback.c.id)
        .limit(limit)
    ).all()
    return [(_callback(tx, row), row.ticket_number, row.unit) for row in rows]


def end_of_contact(tx: Tx, contact_id: int, *, now: int) -> None:
    """She asked to be forgotten: nobody calls her."""
    tx.connection.execute(
        update(callback)
        .where(callback.c.contact_id == contact_id, callback.c.state == OPEN)
        .values(state="ended", done_at=now)
    )
    tx.announce(TOPIC)


def asked_for(tx: Tx, *, limit: int = 100) -> list[int]:
    """Open tickets with a recent `callback_needed` event and no call made after it."""
    newest_id = select(func.coalesce(func.max(ticket_event.c.id), 0)).scalar_subquery()
    newest = (
        select(ticket_event.c.ticket_id, ticket_event.c.at)
        .where(ticket_event.c.kind == NEEDED, ticket_event.c.id > newest_id - RECENT)
        .order_by(ticket_event.c.id.desc())
        .limit(limit)
        .subquery()
    )
    made = select(callback.c.id).where(callback.c.ticket_id == newest.c.ticket_id, callback.c.created_at >= newest.c.at)
    query = (
        select(newest.c.ticket_id)
        .join(ticket, ticket.c.id == newest.c.ticket_id)
        .where(ticket.c.closed_at.is_(None), ~made.exists())
        .distinct()
    )
    return [int(one) for one in tx.connection.execute(query).scalars()]
