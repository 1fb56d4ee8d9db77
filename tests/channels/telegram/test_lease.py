"""One process polls a token; the next takes over when it stops, dies or loses the lease."""

import asyncio
from dataclasses import replace

from store import Store, leases, offsets
from tests.channels.telegram.kit import FAST, INBOX, Desk, clock, running
from tests.telegram_api import TelegramApi

HER = 5550001


async def test_one_poller_a_token(api: TelegramApi, store: Store, desk: Desk) -> None:
    pace = replace(FAST, lease=0.6)
    other = Desk(store)
    async with running(api, store, desk.receive, owner="one", pace=pace):
        await api.until(lambda: len(api.called("getUpdates")) > 0)
        async with running(api, store, other.receive, owner="two", pace=pace):
            for number in range(3):
                last = api.say(HER, f"{number}")
                await asyncio.sleep(0.3)  # longer than a lease together: it was renewed
            await api.until(lambda: api.forgotten == last + 1)
            assert (desk.texts, other.texts) == (["0", "1", "2"], [])
            await store.unit(lambda tx: leases.drop(tx, INBOX, "one"))
            await store.unit(lambda tx: leases.take(tx, INBOX, "two", now=clock(), until=clock() + 600_000))
            last = api.say(HER, "交接")
            await api.until(lambda: api.forgotten == last + 1)
            assert len(desk.texts) + len(other.texts) == 4
            await asyncio.sleep(0.3)
            last = api.say(HER, "接手以后")
            await api.until(lambda: "接手以后" in other.texts)


async def test_a_dead_poller_is_replaced_when_its_lease_ends(api: TelegramApi, store: Store, desk: Desk) -> None:
    await store.unit(lambda tx: leases.take(tx, INBOX, "dead", now=clock(), until=clock() + 400_000))
    last = api.say(HER, "有人吗")
    async with running(api, store, desk.receive, pace=replace(FAST, lease=0.6)):
        await asyncio.sleep(0.2)
        assert api.called("getUpdates") == []
        await api.until(lambda: api.forgotten == last + 1)


async def take(store: Store, owner: str, now: int) -> bool:
    return await store.unit(lambda tx: leases.take(tx, "x", owner, now=now, until=now + 10))


async def holds(store: Store, owner: str, now: int) -> bool:
    return await store.unit(lambda tx: leases.holds(tx, "x", owner, now=now))


async def test_of_many_at_once_one_takes_it(store: Store) -> None:
    for now in range(100, 150, 10):
        took = await asyncio.gather(*(take(store, f"p{number}", now) for number in range(16)))
        assert sum(took) == 1


async def test_a_lease_and_what_it_fences(store: Store) -> None:
    assert await take(store, "one", 100)
    assert not await take(store, "two", 109)
    assert await take(store, "one", 105), "renewed"
    assert not await take(store, "two", 114)
    assert await holds(store, "one", 114)
    assert not await holds(store, "one", 115)
    assert await take(store, "two", 115)
    assert not await holds(store, "one", 116)
    await store.unit(lambda tx: leases.drop(tx, "x", "one"))
    assert await holds(store, "two", 116), "nobody drops another's lease"
    await store.unit(lambda tx: leases.drop(tx, "x", "two"))
    assert await take(store, "one", 116)


async def test_an_offset_moves_both_ways(store: Store) -> None:
    assert await store.read(lambda tx: offsets.position(tx, INBOX)) is None
    for position in (5, 9_000_000_000, 7):
        await store.unit(lambda tx, to=position: offsets.confirm(tx, INBOX, to))  # type: ignore[misc]  # as above
        assert await store.read(lambda tx: offsets.position(tx, INBOX)) == position
