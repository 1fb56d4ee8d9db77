"""Staff have her, give her back or run out of time: she is told at once where she is there, and only once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core import Core
from bot.keeper import Keeper
from bot.outbox import Outbox
from bot.resume import resume
from handlers.phrases import say
from store import Store
from tests.bot.arranged import code_of, hers, seat
from tests.bot.kit import Clock, Woman, Written, open_core, words
from tickets import casework
from tickets.actor import Actor

MINUTE = 60.0
BACK = say("held.back")
ASKS = "怎么申请法律援助"


@dataclass
class House:
    """She asked for a person in the terminal, and a member of staff has taken her over."""

    core: Core
    clock: Clock
    woman: Woman
    li: Actor
    keeper: Keeper
    channels: dict[str, Written] = field(default_factory=lambda: {name: Written(name) for name in ("terminal", "web")})

    async def read(self, inbox: str = "terminal") -> list[str]:
        """What left for her there since the last look."""
        out = Outbox(self.core.store, self.channels, self.clock)
        while await out.round():
            pass
        new, self.channels[inbox].got = self.channels[inbox].got, []
        return [delivery.text for delivery in new]

    async def hold(self, hours: int = 8) -> None:
        (ticket,) = await hers(self.core)
        await self.core.store.unit(lambda tx: casework.hold(tx, self.li, ticket.id, now=self.clock.now, hours=hours))

    async def release(self) -> None:
        (ticket,), service = await hers(self.core), self.core.service
        await self.core.store.unit(lambda tx: casework.release(service, tx, self.li, ticket.id, now=self.clock.now))

    async def says(self, text: str) -> str:
        receipt = await self.woman.says(text)
        self.clock.pass_seconds(11)  # nobody confirms what was shown in the same breath here
        await self.read()
        return words(receipt)


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        keeper = Keeper(store, clock, core.service, var=tmp_path, keys=tmp_path / "keys" / "master.json")
        found = House(core, clock, Woman(core, clock), await seat(core, clock), keeper)
        await found.says("公司拖欠工资三个月了怎么办")
        await found.says("找人")
        await found.hold()
        yield found


async def test_given_back_while_she_is_there_she_reads_it_at_once(house: House) -> None:
    assert await house.says("嗯，三个月了") == ""
    await house.release()
    assert await house.read() == [BACK]
    assert BACK not in await house.says(ASKS)


async def test_given_back_after_she_has_gone_she_reads_it_before_the_next_answer(house: House) -> None:
    house.clock.pass_seconds(11 * MINUTE)
    await house.release()
    await house.keeper.hand_back()
    assert await house.read() == []
    told = await house.says(ASKS)
    assert told.startswith(BACK)
    assert BACK not in await house.says("前夫不给抚养费怎么办")


async def test_the_time_runs_out_while_she_waits(house: House) -> None:
    await house.hold(hours=1)
    house.clock.pass_seconds(55 * MINUTE)
    assert await house.says("还在吗") == ""
    assert await house.keeper.hand_back() == 0
    house.clock.pass_seconds(5 * MINUTE)
    assert await house.keeper.hand_back() == 1
    assert await house.keeper.hand_back() == 0
    assert await house.read() == [BACK]
    assert BACK not in await house.says(ASKS)


async def test_nobody_is_woken_when_the_time_runs_out_at_night(house: House) -> None:
    house.clock.pass_seconds(9 * 60 * MINUTE)
    assert await house.keeper.hand_back() == 0
    assert await house.read() == []
    assert (await house.says(ASKS)).startswith(BACK)


async def test_a_script_is_followed_by_nothing(house: House) -> None:
    await house.hold(hours=1)
    house.clock.pass_seconds(61 * MINUTE)
    assert "110" in await house.says("他拿着刀在砸门")
    assert await house.keeper.hand_back() == 0
    assert await house.read() == []


async def test_he_comes_and_not_even_this_leaves(house: House) -> None:
    assert await house.says("他来了") == "好的。"
    await house.release()
    assert await house.read() == []


async def test_the_channel_she_comes_to_is_held_too_and_told_where_she_is(house: House) -> None:
    code = await code_of(house.core)
    now, names = house.clock.now, house.core.org.words
    back = await house.core.store.unit(lambda tx: resume(tx, code, names, source=None, now=now))
    assert back is not None
    page = Woman(house.core, house.clock, back.conversation, inbox="web")
    assert words(await page.says(ASKS)) == ""
    house.clock.pass_seconds(10 * MINUTE - 1)
    await house.release()
    assert (await house.read(), await house.read("web")) == ([], [BACK])
    assert BACK not in words(await page.says(ASKS))
    assert BACK not in await house.says(ASKS)
