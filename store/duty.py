"""Duty lists: who is rung for a unit, in which order."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from store.models import duty, seat
from store.unit import Tx


def of_units(tx: Tx, units: Sequence[str]) -> list[int]:
    """Seat ids to ring for these units, in order: first unit first, then by rank; only active seats."""
    rows = tx.connection.execute(
        select(duty.c.unit, duty.c.seat_id, duty.c.rank)
        .join(seat, seat.c.id == duty.c.seat_id)
        .where(duty.c.unit.in_(units), seat.c.active.is_(True))
    ).all()
    ordered = sorted(rows, key=lambda row: (list(units).index(row.unit), row.rank, row.seat_id))
    return list(dict.fromkeys(int(row.seat_id) for row in ordered))


def anybody(tx: Tx) -> bool:
    """Whether at least one active seat stands on a duty list anywhere."""
    query = select(duty.c.seat_id).join(seat, seat.c.id == duty.c.seat_id).where(seat.c.active.is_(True)).limit(1)
    return tx.connection.execute(query).first() is not None


def put(tx: Tx, unit: str, seat_ids: Sequence[int]) -> None:
    """Replace the list of a unit."""
    tx.connection.execute(delete(duty).where(duty.c.unit == unit))
    for rank, seat_id in enumerate(seat_ids):
        tx.connection.execute(insert(duty).values(unit=unit, seat_id=seat_id, rank=rank))
    tx.announce("duty")


def leaders(tx: Tx, units: Sequence[str], *, city: str) -> list[int]:
    """Active unit leads of these units and of the city."""
    rows = tx.connection.execute(
        select(seat.c.id).where(seat.c.role == "lead", seat.c.unit.in_([*units, city]), seat.c.active.is_(True))
    )
    return [int(row[0]) for row in rows]
