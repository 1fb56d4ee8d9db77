"""Being forgotten: what there was, the receipt for it, and the list that keeps a restored backup from undoing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import calls
from store.models import (
    attachment,
    booking,
    callback,
    callback_try,
    contact,
    conversation,
    draft,
    erasure,
    message,
    metadata,
    outbox,
    rating,
    reach,
    ticket,
)
from store.unit import Tx

KEPT_ROWS = frozenset({"outbox", "attachment"})  # sealed with her key and worthless without it


@dataclass(frozen=True, slots=True)
class Erasure:
    contact_id: int
    asked_at: int
    due_at: int
    done_at: int | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list outside the database: hashes and times, nothing that names her."""

    mac: str
    number_mac: str
    asked_at: int
    due_at: int


def _mac(tx: Tx, contact_id: int, created_at: int) -> str:
    # After a restore the same number may be given to somebody new: the moment of creation tells them apart.
    return tx.vault.mac("erased", f"{contact_id}\0{created_at}").hex()


def _hers(contact_id: int) -> Select[tuple[int]]:
    talks = select(conversation.c.id).where(conversation.c.contact_id == contact_id)
    return select(message.c.id).where(message.c.conversation_id.in_(talks))


def counted(tx: Tx, contact_id: int) -> dict[str, int]:
    """How many of what there is of her: numbers only."""
    talks = select(conversation.c.id).where(conversation.c.contact_id == contact_id)
    queries = {
        "messages": select(func.count()).select_from(message).where(message.c.conversation_id.in_(talks)),
        "replies": select(func.count()).select_from(outbox).where(outbox.c.conversation_id.in_(talks)),
        "files": select(func.count()).select_from(attachment).where(attachment.c.message_id.in_(_hers(contact_id))),
        "tickets": select(func.count()).select_from(ticket).where(ticket.c.contact_id == contact_id),
        "bookings": select(func.count()).select_from(booking).where(booking.c.contact_id == contact_id),
        "calls": select(func.count()).select_from(callback).where(callback.c.contact_id == contact_id),
    }
    found = {name: int(tx.connection.execute(query).scalar_one()) for name, query in queries.items()}
    examples = (
        select(func.count()).select_from(table).where(table.c.message_id.in_(_hers(contact_id)))
        for table in learnt_tables()
    )
    return {**found, "examples": sum(int(tx.connection.execute(query).scalar_one()) for query in examples)}


def learnt_tables() -> list[Table]:
    """Every table that hangs on a message of hers: corrections, training examples, whatever is added later."""
    return [table for table in metadata.sorted_tables if "message_id" in table.c and table.name not in KEPT_ROWS]


def add(tx: Tx, contact_id: int, number: str, *, now: int, due_at: int, counts: Mapping[str, int]) -> None:
    tx.connection.execute(
        insert(erasure).values(
            number_mac=tx.vault.mac("receipt", number),
            contact_id=contact_id,
            asked_at=now,
            due_at=due_at,
            counts=dict(counts),
        )
    )


def find(tx: Tx, number: str) -> Erasure | None:
    columns = (erasure.c.contact_id, erasure.c.asked_at, erasure.c.due_at, erasure.c.done_at, erasure.c.counts)
    query = select(*columns).where(erasure.c.number_mac == tx.vault.mac("receipt", number))
    row = tx.connection.execute(query).first()
    return None if row is None else Erasure(row.contact_id, row.asked_at, row.due_at, row.done_at, dict(row.counts))


def wipe(tx: Tx, contact_id: int, *, now: int) -> list[str]:
    """Delete what was learnt from her and what points to her beyond her key; returns paths of files to remove.

    What is left is sealed with a key that goes with this, or ids, times and states.
    """
    hers = _hers(contact_id)
    paths = tx.connection.execute(
        select(attachment.c.path).where(attachment.c.message_id.in_(hers), attachment.c.path.is_not(None))
    ).scalars()
    files = [str(path) for path in paths]
    for table in reversed(learnt_tables()):
        tx.connection.execute(delete(table).where(table.c.message_id.in_(hers)))
    mine = select(ticket.c.id).where(ticket.c.contact_id == contact_id)
    owed = select(callback.c.id).where(callback.c.contact_id == contact_id)
    tx.connection.execute(delete(draft).where(draft.c.ticket_id.in_(mine)))
    tx.connection.execute(delete(callback_try).where(callback_try.c.callback_id.in_(owed)))
    tx.connection.execute(delete(callback).where(callback.c.contact_id == contact_id))
    tx.connection.execute(delete(reach).where(reach.c.contact_id == contact_id))
    calls.forget(tx, contact_id)
    tx.connection.execute(update(rating).where(rating.c.ticket_id.in_(mine)).values(reason=None))
    tx.connection.execute(
        update(attachment).where(attachment.c.message_id.in_(hers)).values(path=None, name=None, remote_id=None)
    )
    tx.connection.execute(
        update(erasure).where(erasure.c.contact_id == contact_id, erasure.c.done_at.is_(None)).values(done_at=now)
    )
    return files


def unlisted(tx: Tx, *, limit: int = 500) -> list[tuple[int, Line]]:
    """(row id, line) of what is not yet on the list outside the database."""
    rows = tx.connection.execute(
        select(erasure, contact.c.created_at)
        .join(contact, contact.c.id == erasure.c.contact_id)
        .where(erasure.c.listed_at.is_(None))
        .order_by(erasure.c.id)
        .limit(limit)
    ).all()
    return [
        (row.id, Line(_mac(tx, row.contact_id, row.created_at), row.number_mac.hex(), row.asked_at, row.due_at))
        for row in rows
    ]


def listed(tx: Tx, ids: Sequence[int], *, now: int) -> None:
    tx.connection.execute(update(erasure).where(erasure.c.id.in_(list(ids))).values(listed_at=now))


def returned(tx: Tx, lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """Contacts on the list that a restored backup shows again: (contact id, her line)."""
    known = {line.mac: line for line in lines}
    if not known:
        return []
    rows = tx.connection.execute(select(contact.c.id, contact.c.created_at).where(contact.c.hidden_at.is_(None)))
    macs = ((row.id, _mac(tx, row.id, row.created_at)) for row in rows)
    return [(contact_id, known[mac]) for contact_id, mac in macs if mac in known]


def again(tx: Tx, contact_id: int, line: Line, *, now: int) -> None:
    """Her receipt is good after a restore, too."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(erasure)
        .values(
            number_mac=bytes.fromhex(line.number_mac),
            contact_id=contact_id,
            asked_at=line.asked_at,
            due_at=line.due_at,
            counts={},
            listed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["number_mac"])
    )
