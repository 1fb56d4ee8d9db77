"""Telephone calls: drafts, outcomes, missed ones; numbers and words are sealed with a key of each call's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import contacts
from store.callbacks import masked
from store.models import call, call_event, contact, ticket, ticket_hidden_from, ticket_hidden_unit
from store.unit import Tx

TOPIC = "calls"
WAITING, OPEN, ENDED = "waiting", "open", "ended"
ANSWERED, MISSED = "answered", "missed"
SEALED = frozenset({"body", "number"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its page shows it; the number itself only through `number_of`."""

    id: int
    contact_id: int
    unit: str
    seat_id: int | None
    kind: str
    state: str
    masked: str | None
    body: str
    topic: str | None
    district: str | None
    danger_kind: str | None
    danger_level: str | None
    danger_sure: bool
    dismissed: tuple[str, ...]
    silent: bool
    ticket_id: int | None
    outcome: str | None
    missed_at: int | None
    rings: int
    attempts: int
    due_at: int | None
    started_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what was done with a call."""

    at: int
    seat_id: int
    kind: str
    note: str | None
    data: dict[str, Any]


def add(tx: Tx, *, unit: str, seat_id: int | None, now: int) -> int:
    """Somebody has just answered the telephone."""
    values = {"unit": unit, "seat_id": seat_id, "kind": ANSWERED, "state": OPEN, "started_at": now}
    row = tx.connection.execute(
        insert(call).values(contact_id=contacts.create(tx, now=now), **values).returning(call.c.id)
    )
    tx.announce(TOPIC)
    return int(row.scalar_one())


def add_missed(tx: Tx, *, unit: str, number: str, missed_at: int, due_at: int, now: int) -> bool:
    """False when this very call is on the list already; a further one of a waiting number only counts."""
    mac = _mac(tx, number)
    before = tx.connection.execute(
        select(call.c.id, call.c.missed_at).where(
            call.c.unit == unit, call.c.number_mac == mac, call.c.kind == MISSED, call.c.state == WAITING
        )
    ).first()
    if before is not None:
        if missed_at > before.missed_at:
            newer = update(call).where(call.c.id == before.id)
            tx.connection.execute(newer.values(missed_at=missed_at, rings=call.c.rings + 1))
            tx.announce(TOPIC)
        return False
    contact_id = contacts.create(tx, now=now)
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    values = {"unit": unit, "kind": MISSED, "state": WAITING, "missed_at": missed_at, "due_at": due_at}
    sealed = contacts.sealer(tx, contact_id).seal(number)
    made = tx.connection.execute(
        dialect.insert(call)
        .values(contact_id=contact_id, number=sealed, number_mac=mac, started_at=now, **values)
        .on_conflict_do_nothing()
        .returning(call.c.id)
    ).first()
    tx.announce(TOPIC)
    return made is not None


def get(tx: Tx, call_id: int, *, lock: bool = False) -> Call | None:
    query = select(call).where(call.c.id == call_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _call(tx, row)


def visible_to(*, seat_id: int, units: Sequence[str] | None) -> ColumnElement[bool]:
    """A seat sees her unit's calls; 回避 and a wish to be forgotten win over it."""
    matter = ticket.alias()  # of its own: the query around it may hold the call's ticket
    hers = matter.c.contact_id == call.c.contact_id
    kept_out = exists().where(
        hers, ticket_hidden_from.c.ticket_id == matter.c.id, ticket_hidden_from.c.seat_id == seat_id
    )
    gone = exists().where(contact.c.id == call.c.contact_id, contact.c.hidden_at.is_not(None))
    seen = and_(~kept_out, ~gone)
    if units is None:
        return seen
    about = exists().where(hers, ticket_hidden_unit.c.ticket_id == matter.c.id, ticket_hidden_unit.c.unit.in_(units))
    return and_(seen, ~about, call.c.unit.in_(units))


def drafts(tx: Tx, seat_id: int) -> list[Call]:
    """The calls this seat has on the line, oldest first."""
    query = select(call).where(call.c.seat_id == seat_id, call.c.state == OPEN).order_by(call.c.started_at, call.c.id)
    return [_call(tx, row) for row in tx.connection.execute(query)]


def waiting(tx: Tx, *, seat_id: int, units: Sequence[str] | None, limit: int = 200) -> list[Call]:
    """To be called back, earliest first."""
    query = select(call).where(call.c.state == WAITING, visible_to(seat_id=seat_id, units=units))
    return [_call(tx, row) for row in tx.connection.execute(query.order_by(call.c.due_at, call.c.id).limit(limit))]


def seen_by(tx: Tx, call_id: int, *, seat_id: int, units: Sequence[str] | None) -> Call | None:
    query = select(call).where(call.c.id == call_id, visible_to(seat_id=seat_id, units=units))
    row = tx.connection.execute(query).first()
    return None if row is None else _call(tx, row)


def same_number(
    tx: Tx, before: Call, *, seat_id: int, units: Sequence[str] | None, limit: int = 50
) -> list[tuple[Call, str | None]]:
    """Other calls from the same number, newest first, with the number of the ticket they led to."""
    mac = tx.connection.execute(select(call.c.number_mac).where(call.c.id == before.id)).scalar_one()
    if mac is None:
        return []
    query = (
        select(call, ticket.c.number.label("ticket_number"))
        .outerjoin(ticket, ticket.c.id == call.c.ticket_id)
        .where(call.c.number_mac == mac, call.c.id != before.id, visible_to(seat_id=seat_id, units=units))
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(limit)
    )
    return [(_call(tx, row), row.ticket_number) for row in tx.connection.execute(query)]


def change(tx: Tx, before: Call, values: Mapping[str, Any]) -> bool:
    """Columns in clear, sealed here; False when the call was ended or handed on meanwhile."""
    sealer = contacts.sealer(tx, before.contact_id)
    written = dict(values)
    if "number" in written:
        written["number_mac"] = None if written["number"] is None else _mac(tx, str(written["number"]))
    for name in SEALED & written.keys():
        written[name] = None if written[name] is None else sealer.seal(str(written[name]))
    if "dismissed" in written:
        written["dismissed"] = sealer.seal_json(list(written["dismissed"]))
    mine = call.c.seat_id.is_(None) if before.seat_id is None else call.c.seat_id == before.seat_id
    done = tx.connection.execute(
        update(call).where(call.c.id == before.id, call.c.state == before.state, mine).values(**written)
    )
    if written.keys() - {"body", "saved_at"}:  # typing alone is nobody else's news
        tx.announce(TOPIC)
    return done.rowcount == 1


def number_of(tx: Tx, before: Call) -> str | None:
    """In clear: only after the line that says who looked."""
    sealed = tx.connection.execute(select(call.c.number).where(call.c.id == before.id)).scalar_one()
    return None if sealed is None else contacts.sealer(tx, before.contact_id).open(sealed)


def add_step(
    tx: Tx,
    before: Call,
    kind: str,
    *,
    seat_id: int,
    now: int,
    note: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    sealed = None if note is None else contacts.sealer(tx, before.contact_id).seal(note)
    values = {"call_id": before.id, "at": now, "seat_id": seat_id, "kind": kind, "note": sealed}
    tx.connection.execute(insert(call_event).values(**values, data=dict(data or {})))


def steps(tx: Tx, before: Call) -> list[Step]:
    sealer = contacts.sealer(tx, before.contact_id)
    rows = tx.connection.execute(select(call_event).where(call_event.c.call_id == before.id).order_by(call_event.c.id))
    return [
        Step(row.at, row.seat_id, row.kind, None if row.note is None else sealer.open(row.note), dict(row.data))
        for row in rows
    ]


def forget(tx: Tx, contact_id: int) -> None:
    """She asked to be forgotten: nobody calls her, and nothing finds her number again."""
    mine = call.c.contact_id == contact_id
    tx.connection.execute(update(call).where(mine).values(number=None, number_mac=None))
    tx.connection.execute(
        update(call).where(mine, or_(call.c.state == WAITING, call.c.state == OPEN)).values(state=ENDED)
    )
    tx.announce(TOPIC)


def _mac(tx: Tx, number: str) -> bytes:
    return tx.vault.mac("call-number", number)


def _call(tx: Tx, row: Row[Any]) -> Call:
    sealer = contacts.sealer(tx, row.contact_id)
    plain = {name: getattr(row, name) for name in Call.__slots__ if name not in {"masked", "body", "dismissed"}}
    return Call(
        masked=None if row.number is None else masked(sealer.open(row.number)),
        body="" if row.body is None else sealer.open(row.body),
        dismissed=() if row.dismissed is None else tuple(sealer.open_json(row.dismissed)),
        **plain,
    )
