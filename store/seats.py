"""Seats: the staff who may sign in, their passwords (hashed elsewhere) and how tries are counted."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store import sessions
from store.models import seat
from store.tickets import next_number
from store.unit import Tx

SECOND = 1_000_000
FREE_TRIES = 5
FIRST_DELAY = 30 * SECOND
LONGEST_DELAY = 15 * 60 * SECOND
FORGET_AFTER = 24 * 3600 * SECOND
STRANGER = "sign_in_unknown"


@dataclass(frozen=True, slots=True)
class Seat:
    id: int
    login: str
    name: str
    role: str
    unit: str
    password: str = field(repr=False)
    password_at: int
    must_change: bool
    active: bool
    failures: int
    locked_until: int | None
    present_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a password, counted before it is made: `locked_until` set means it must not be made."""

    seat: Seat | None
    locked_until: int | None = None


def delay(failures: int) -> int:
    """Microseconds to wait after so many failures in a row: it grows, and ends."""
    if failures < FREE_TRIES:
        return 0
    return min(FIRST_DELAY << min(failures - FREE_TRIES, 20), LONGEST_DELAY)


def add(
    tx: Tx, *, login: str, name: str, role: str, unit: str, password: str, now: int, must_change: bool = True
) -> int | None:
    """None when the login is taken, also when somebody else took it at the same moment."""
    row = {"login": login, "name": name, "role": role, "unit": unit, "password": password, "password_at": now}
    maker = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    statement = (
        maker(seat)
        .values(**row, must_change=must_change, active=True, failures=0, created_at=now)
        .on_conflict_do_nothing(index_elements=["login"])
        .returning(seat.c.id)
    )
    found = tx.connection.execute(statement).scalar_one_or_none()
    if found is not None:
        tx.announce("seats")
    return found


def by_login(tx: Tx, login: str) -> Seat | None:
    return _one(tx.connection.execute(select(seat).where(seat.c.login == login)).first())


def by_id(tx: Tx, seat_id: int) -> Seat | None:
    return _one(tx.connection.execute(select(seat).where(seat.c.id == seat_id)).first())


def listing(tx: Tx, unit: str | None = None) -> list[Seat]:
    wanted = select(seat).order_by(seat.c.unit, seat.c.login)
    rows = tx.connection.execute(wanted if unit is None else wanted.where(seat.c.unit == unit))
    return [_seat(row) for row in rows]


def begin_try(tx: Tx, login: str, *, now: int) -> Try:
    """Count a try as failed before the password is compared: a thousand at once are still counted one by one."""
    open_now = and_(seat.c.login == login, func.coalesce(seat.c.locked_until, 0) <= now)
    counted = update(seat).where(open_now).values(failures=seat.c.failures + 1).returning(seat)
    row = tx.connection.execute(counted).first()
    if row is None:
        known = by_login(tx, login)
        if known is not None:
            return Try(None, known.locked_until)
        # A try at an unknown login writes one row too: without it the answer would come back a disk flush earlier.
        next_number(tx, STRANGER)
        return Try(None)
    found = _seat(row)
    old = found.locked_until is not None and found.locked_until + FORGET_AFTER < now
    failures = 1 if old else found.failures
    wait = delay(failures)
    values = {"failures": failures, "locked_until": now + wait if wait else None}
    tx.connection.execute(update(seat).where(seat.c.id == found.id).values(**values))
    return Try(found)


def forgive(tx: Tx, seat_id: int) -> None:
    tx.connection.execute(update(seat).where(seat.c.id == seat_id).values(failures=0, locked_until=None))


def set_password(tx: Tx, seat_id: int, password: str, *, now: int, must_change: bool) -> None:
    """Store a new hash; every session of the seat ends, the caller opens a fresh one if it should stay."""
    values = {"password": password, "password_at": now, "must_change": must_change}
    tx.connection.execute(update(seat).where(seat.c.id == seat_id).values(**values))
    forgive(tx, seat_id)
    sessions.end_all(tx, seat_id, now=now)


def rehash(tx: Tx, seat_id: int, old: str, new: str) -> None:
    """The same password under newer hash parameters."""
    tx.connection.execute(update(seat).where(seat.c.id == seat_id, seat.c.password == old).values(password=new))


def change(tx: Tx, seat_id: int, *, now: int, name: str, role: str, unit: str, active: bool) -> None:
    """What changes rights ends every session of the seat: nobody works on under a role that was taken away."""
    before = by_id(tx, seat_id)
    if before is None:
        return
    values = {"name": name, "role": role, "unit": unit, "active": active}
    tx.connection.execute(update(seat).where(seat.c.id == seat_id).values(**values))
    tx.announce("seats")
    if (before.role, before.unit, before.active) != (role, unit, active):
        sessions.end_all(tx, seat_id, now=now)


def present(tx: Tx, seat_ids: Collection[int], *, now: int) -> None:
    """These seats have an open workbench right now."""
    tx.connection.execute(update(seat).where(seat.c.id.in_(seat_ids)).values(present_at=now))


def _one(row: Row[Any] | None) -> Seat | None:
    return None if row is None else _seat(row)


def _seat(row: Row[Any]) -> Seat:
    return Seat(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented public attribute
