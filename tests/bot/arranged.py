"""Seats, slots and other sessions of hers, for the tests of forms."""

from datetime import date, time

from bot.core import Core
from store import Tx, bookings, contacts, seats, tickets
from store.bookings import Booking
from store.rows import Ticket
from tests.bot.kit import Clock
from tickets.actor import Actor
from tickets.booking import calendar
from tickets.booking.series import Series

WEDNESDAY = 2


async def seat(
    core: Core, clock: Clock, login: str = "li", *, role: str = "seat", unit: str = "sz", name: str = ""
) -> Actor:
    def add(tx: Tx) -> int | None:
        return seats.add(tx, login=login, name=name or login, role=role, unit=unit, password="x", now=clock.now)

    made = await core.store.unit(add)
    assert made is not None
    return Actor(made, role, unit, None if (role, unit) == ("lead", "sz") else (unit,))


async def slots(
    core: Core,
    clock: Clock,
    actor: Actor,
    *,
    kind: str = "lawyer",
    capacity: int = 1,
    minutes: int = 30,
    end: time = time(10, 30),
    last: date = date(2026, 11, 25),
) -> list[int]:
    """Wednesday from nine, half an hour each: three of them unless told otherwise."""
    series = Series(WEDNESDAY, date(2026, 11, 23), last, time(9), end, minutes, capacity)

    def make(tx: Tx) -> list[int]:
        calendar.create_series(
            core.service, tx, actor, series, unit=actor.unit, kind=kind, place="三楼接待室", note="", now=clock.now
        )
        return [one.id for one in bookings.between(tx, units=(actor.unit,), start=0, end=2**62)]

    return await core.store.unit(make)


async def booked(core: Core, contact_id: int = 1) -> list[Booking]:
    return await core.store.read(lambda tx: bookings.upcoming(tx, contact_id, since=0))


async def code_of(core: Core, contact_id: int = 1) -> str:
    found = await core.store.read(lambda tx: contacts.code_of(tx, contact_id))
    assert found is not None
    return found


async def hers(core: Core, contact_id: int = 1) -> list[Ticket]:
    return await core.store.read(lambda tx: tickets.of_contact(tx, contact_id))
