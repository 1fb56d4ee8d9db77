"""One process polls a token; the next takes over when it stops, dies or loses the lease."""

import asyncio
from dataclasses import replace

from store import Store, leases
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
