"""Telephone calls in the store: sealed, one draft each, missed ones never doubled, seen by their unit alone."""

from typing import Any

import pytest
from sqlalchemy import text

from store import Store, Tx, calls, contacts, tickets
from store.calls import Call

NOW = 1_795_399_200_000_000  # Monday, 2026-11-23 10:00 in Beijing
MINUTE = 60_000_000
NUMBER = "13812345678"
SEAT, OTHER = 1, 2


async def answered(store: Store, *, unit: str = "gusu", seat_id: int = SEAT, **values: Any) -> Call:
    def work(tx: Tx) -> Call:
        call_id = calls.add(tx, unit=unit, seat_id=seat_id, now=NOW)
        if values:
            calls.change(tx, one(tx, call_id), values)
        return one(tx, call_id)

    return await store.unit(work)


def one(tx: Tx, call_id: int) -> Call:
    found = calls.get(tx, call_id)
    assert found is not None
    return found


async def missed(store: Store, *, at: int = NOW, unit: str = "gusu") -> bool:
    return await store.unit(
        lambda tx: calls.add_missed(tx, unit=unit, number=NUMBER, missed_at=at, due_at=at + MINUTE, now=NOW)
    )


async def test_what_is_typed_and_who_calls_is_sealed(store: Store) -> None:
    call = await answered(store, body="他又打我了", number=NUMBER, dismissed=["以前的事"])
    assert (call.body, call.masked, call.dismissed) == ("他又打我了", "138****78", ("以前的事",))
    assert await store.read(lambda tx: calls.number_of(tx, call)) == NUMBER

    def raw(tx: Tx) -> bytes:
        rows = tx.connection.execute(text("SELECT number, number_mac, body, dismissed FROM call")).all()
        return b"".join(bytes(value) for row in rows for value in row)

    stored = await store.read(raw)
    assert NUMBER.encode() not in stored
    assert "打我".encode() not in stored
    assert "以前".encode() not in stored


async def test_drafts_are_those_of_the_seat_and_still_open(store: Store) -> None:
    first, second = await answered(store), await answered(store)
    await answered(store, seat_id=OTHER)
    assert [call.id for call in await store.read(lambda tx: calls.drafts(tx, SEAT))] == [first.id, second.id]
    await store.unit(lambda tx: calls.change(tx, first, {"state": calls.ENDED, "outcome": "answered"}))
    assert [call.id for call in await store.read(lambda tx: calls.drafts(tx, SEAT))] == [second.id]


async def test_a_call_that_was_ended_or_handed_on_is_not_written(store: Store) -> None:
    call = await answered(store)
    assert await store.unit(lambda tx: calls.change(tx, call, {"state": calls.ENDED}))
    assert not await store.unit(lambda tx: calls.change(tx, call, {"body": "too late"}))


async def test_one_person_takes_a_missed_call(store: Store) -> None:
    assert await missed(store)
    (waiting,) = await store.read(lambda tx: calls.waiting(tx, seat_id=SEAT, units=("gusu",)))
    assert await store.unit(lambda tx: calls.change(tx, waiting, {"seat_id": SEAT}))
    assert not await store.unit(lambda tx: calls.change(tx, waiting, {"seat_id": OTHER}))


async def test_a_list_pasted_twice_is_one_list_and_a_further_ring_counts(store: Store) -> None:
    assert await missed(store)
    assert not await missed(store)
    assert not await missed(store, at=NOW + MINUTE)
    assert not await missed(store, at=NOW)
    (call,) = await store.read(lambda tx: calls.waiting(tx, seat_id=SEAT, units=("gusu",)))
    assert (call.rings, call.missed_at) == (2, NOW + MINUTE)
    await store.unit(lambda tx: calls.change(tx, call, {"state": calls.ENDED}))
    assert not await missed(store, at=NOW + MINUTE)  # that very call was dealt with
    assert await missed(store, at=NOW + 2 * MINUTE)


@pytest.mark.parametrize(("units", "seen"), [(("gusu",), True), (("kunshan",), False), (None, True), ((), False)])
async def test_calls_are_seen_by_their_unit(store: Store, units: tuple[str, ...] | None, seen: bool) -> None:
    await missed(store)
    old = await answered(store, number=NUMBER)
    new = await answered(store, number=NUMBER)
    found = await store.read(lambda tx: calls.waiting(tx, seat_id=SEAT, units=units))
    assert bool(found) is seen
    same = await store.read(lambda tx: calls.same_number(tx, new, seat_id=SEAT, units=units))
    assert (old.id in [call.id for call, _ in same]) is seen


async def test_no_number_no_others(store: Store) -> None:
    await answered(store, number=None)
    call = await answered(store)
    assert await store.read(lambda tx: calls.same_number(tx, call, seat_id=SEAT, units=None)) == []


async def test_who_is_kept_out_or_a_call_that_is_forgotten_shows_nothing(store: Store) -> None:
    old, new = await answered(store, number=NUMBER), await answered(store, number=NUMBER)

    async def count(seat_id: int) -> int:
        return len(await store.read(lambda tx: calls.same_number(tx, new, seat_id=seat_id, units=("gusu",))))

    def seal(tx: Tx) -> None:
        values = {"number": "SZ1", "contact_id": old.contact_id, "source": "phone", "topic": "rights_dv"}
        values |= {"first_topic": "rights_dv", "unit": "gusu", "priority": "normal", "state": "received"}
        ticket_id = tickets.create(tx, {**values, "created_at": NOW, "updated_at": NOW}, facts={}, cc=())
        tickets.hide_from(tx, ticket_id, OTHER)

    assert (await count(SEAT), await count(OTHER)) == (1, 1)
    await store.unit(seal)
    assert (await count(SEAT), await count(OTHER)) == (1, 0)
    await store.unit(lambda tx: contacts.hide(tx, old.contact_id, now=NOW, erase_at=NOW))
    assert await count(SEAT) == 0
    await store.unit(lambda tx: calls.forget(tx, old.contact_id))
    again = await store.read(lambda tx: one(tx, old.id))
    assert (again.masked, again.state) == (None, calls.ENDED)


async def test_reasons_are_sealed_and_come_back(store: Store) -> None:
    call = await answered(store)
    await store.unit(lambda tx: calls.add_step(tx, call, "dismissed", seat_id=SEAT, now=NOW, note="她说是十年前"))
    (step,) = await store.read(lambda tx: calls.steps(tx, call))
    assert (step.kind, step.note, step.seat_id) == ("dismissed", "她说是十年前", SEAT)
