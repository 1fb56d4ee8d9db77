"""Alarms: raised with the danger ticket, rung step by step until a named person takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.models import alarm, alarm_notice
from store.rows import Alarm
from store.unit import Tx

TOPIC = "alarms"
OPEN = (alarm.c.taken_at.is_(None), alarm.c.demo.is_(False))


def _alarm(row: Row[Any]) -> Alarm:
    values = {name: getattr(row, name) for name in Alarm.__slots__}
    return Alarm(**{**values, "units": tuple(row.units), "rung": tuple(row.rung)})


def raise_one(
    tx: Tx, *, ticket_id: int | None, number: str, level: str, units: Sequence[str], now: int, demo: bool = False
) -> int:
    """`step_at` in the past makes the next round of the alarm loop ring at once."""
    row = tx.connection.execute(
        insert(alarm)
        .values(
            ticket_id=ticket_id,
            number=number,
            level=level,
            units=list(units),
            raised_at=now,
            step=0,
            step_at=now,
            rung=[],
            demo=demo,
        )
        .returning(alarm.c.id)
    )
    tx.announce(TOPIC)
    return int(row.scalar_one())


def ringing(tx: Tx, due: Mapping[int, int] | None = None) -> list[Alarm]:
    """Alarms nobody has taken yet; samples never ring.

    `due`: only those that stand still long enough. From each step on, the latest moment at which it was reached.
    """
    query = select(alarm).where(*OPEN)
    if due:
        limits = [(alarm.c.step >= step, at) for step, at in sorted(due.items(), reverse=True)]
        query = query.where(alarm.c.step_at <= case(*limits))
    return [_alarm(row) for row in tx.connection.execute(query)]


def of_ticket(tx: Tx, ticket_id: int) -> list[Alarm]:
    query = select(alarm).where(alarm.c.ticket_id == ticket_id).order_by(alarm.c.id)
    return [_alarm(row) for row in tx.connection.execute(query)]


def get(tx: Tx, alarm_id: int, *, lock: bool = False) -> Alarm | None:
    query = select(alarm).where(alarm.c.id == alarm_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _alarm(row)


def step(tx: Tx, before: Alarm, *, step: int, rung: Sequence[int], now: int) -> bool:
    """Move on one step; False when another process did it first or somebody has taken it."""
    done = tx.connection.execute(
        update(alarm)
        .where(alarm.c.id == before.id, alarm.c.step == before.step, alarm.c.taken_at.is_(None))
        .values(step=step, step_at=now, rung=list(rung))
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def take(tx: Tx, alarm_id: int, *, seat_id: int, now: int) -> bool:
    """One winner."""
    done = tx.connection.execute(
        update(alarm).where(alarm.c.id == alarm_id, alarm.c.taken_at.is_(None)).values(taken_by=seat_id, taken_at=now)
    )
    tx.announce(TOPIC)
    return done.rowcount == 1


def told_nobody(tx: Tx, alarm_id: int, *, now: int) -> None:
    tx.connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(told_nobody_at=now))


def add_notice(tx: Tx, alarm_id: int, *, step: int, now: int) -> None:
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    tx.connection.execute(
        dialect.insert(alarm_notice)
        .values(alarm_id=alarm_id, step=step, state="queued", next_at=now)
        .on_conflict_do_nothing(index_elements=["alarm_id", "step"])
    )


def due_notices(tx: Tx, *, now: int, lease: int) -> list[tuple[int, Alarm, int]]:
    """Lease due webhook calls: (notice id, alarm, attempts so far)."""
    rows = tx.connection.execute(
        select(alarm, alarm_notice.c.id.label("notice_id"), alarm_notice.c.attempts)
        .join(alarm_notice, alarm_notice.c.alarm_id == alarm.c.id)
        .where(alarm_notice.c.state == "queued", alarm_notice.c.next_at <= now)
        .with_for_update(of=alarm_notice, skip_locked=True)
    ).all()
    for row in rows:
        tx.connection.execute(
            update(alarm_notice)
            .where(alarm_notice.c.id == row.notice_id)
            .values(next_at=now + lease, attempts=row.attempts + 1)
        )
    return [(row.notice_id, _alarm(row), row.attempts) for row in rows]


def settle_notice(tx: Tx, notice_id: int, state: str, *, next_at: int, error: str | None = None) -> None:
    tx.connection.execute(
        update(alarm_notice).where(alarm_notice.c.id == notice_id).values(state=state, next_at=next_at, error=error)
    )


def last_notice(tx: Tx) -> tuple[str, str | None] | None:
    """State and error of the newest webhook call, for the doctor."""
    row = tx.connection.execute(
        select(alarm_notice.c.state, alarm_notice.c.error).order_by(alarm_notice.c.id.desc()).limit(1)
    ).first()
    return None if row is None else (row.state, row.error)


def count_ringing(tx: Tx) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(alarm).where(*OPEN)).scalar_one())
