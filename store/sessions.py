"""Sessions of staff: a random token in the browser, its HMAC here, two limits on its life."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from store.models import seat, session
from store.unit import Tx

TOKEN_BYTES = 32
KEEP = 30 * 24 * 3600 * 1_000_000  # ended sessions stay this long, for questions afterwards
TOPIC = "sessions"


@dataclass(frozen=True, slots=True)
class Limits:
    """Microseconds without use, and in all."""

    idle: int
    absolute: int


@dataclass(frozen=True, slots=True)
class Session:
    id: int
    seat_id: int
    created_at: int
    used_at: int


def start(tx: Tx, seat_id: int, *, now: int) -> str:
    """A new session; the returned token is stored nowhere."""
    tx.connection.execute(delete(session).where(session.c.created_at < now - KEEP))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    mac = tx.vault.mac("session", token)
    tx.connection.execute(insert(session).values(token_mac=mac, seat_id=seat_id, created_at=now, used_at=now))
    return token


def find(tx: Tx, token: str, *, now: int, limits: Limits) -> Session | None:
    found = _open(tx, session.c.token_mac == tx.vault.mac("session", token), now=now, limits=limits)
    return found[0] if found else None


def alive(tx: Tx, ids: Collection[int], *, now: int, limits: Limits) -> list[Session]:
    """Those of these sessions that still count."""
    return _open(tx, session.c.id.in_(ids), now=now, limits=limits)


def touch(tx: Tx, session_id: int, *, now: int) -> None:
    tx.connection.execute(
        update(session).where(session.c.id == session_id, session.c.used_at < now).values(used_at=now)
    )


def end(tx: Tx, session_id: int, *, now: int) -> None:
    _end(tx, session.c.id == session_id, now)


def end_all(tx: Tx, seat_id: int, *, now: int) -> None:
    _end(tx, session.c.seat_id == seat_id, now)


def _open(tx: Tx, which: ColumnElement[bool], *, now: int, limits: Limits) -> list[Session]:
    wanted = and_(
        which,
        session.c.ended_at.is_(None),
        session.c.used_at > now - limits.idle,
        session.c.created_at > now - limits.absolute,
        seat.c.active.is_(True),
    )
    columns = (session.c.id, session.c.seat_id, session.c.created_at, session.c.used_at)
    rows = tx.connection.execute(select(*columns).join(seat, seat.c.id == session.c.seat_id).where(wanted))
    return [Session(row.id, row.seat_id, row.created_at, row.used_at) for row in rows]


def _end(tx: Tx, which: ColumnElement[bool], now: int) -> None:
    tx.connection.execute(update(session).where(which, session.c.ended_at.is_(None)).values(ended_at=now))
    tx.announce(TOPIC)
