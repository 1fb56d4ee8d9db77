"""An answer that is not there in five seconds comes as a customer-service message, once."""

import asyncio
from pathlib import Path

import pytest

from bot.channels.wechat.simulator import Fault
from store import Store
from tests.channels.wechat.kit import HER, HOUR, Office, office

SEND = "/cgi-bin/message/custom/send"


async def test_an_answer_after_six_seconds_comes_as_a_message(desk: Office) -> None:
    """Nothing shortened: the platform waits its five seconds, we acknowledge before, the pipeline needs six."""
    desk.slow.seconds = 6.0
    pushed = await desk.sim.say(HER, "怀孕了公司要辞退我怎么办")
    assert pushed.answers == ("success",)
    assert desk.screen == []
    await desk.channel._passive.stop()
    desk.slow.seconds = 0.0
    await desk.hand_over()
    assert sum("依据" in text for text in desk.screen) == 1
    again = await desk.sim.pusher.push(pushed.fields)
    assert again.answers == ("success",)
    await desk.hand_over()
    assert sum("依据" in text for text in desk.screen) == 1
    assert desk.slow.fresh == 1


async def test_a_repeat_after_the_message_left_is_only_acknowledged_by_another_process(
    one_store: Store, tmp_path: Path
) -> None:
    async with office(one_store, tmp_path, patience=0.2) as first:
        first.slow.seconds = 0.6
        pushed = await first.sim.say(HER, "怎么申请保护令")
        await first.channel._passive.stop()
        await first.hand_over()
        assert first.sim.platform.follower(HER).got
    async with office(one_store, tmp_path) as second:
        assert await second.sim.pusher.once(pushed.fields) == ("success", None)


async def test_what_was_acknowledged_survives_a_crash(one_store: Store, tmp_path: Path) -> None:
    async with office(one_store, tmp_path, patience=0.2) as dying:
        dying.slow.hold = asyncio.Event()
        pushed = await dying.sim.say(HER, "怀孕了公司要辞退我怎么办")
        assert pushed.answers == ("success",)
        for task in dying.channel._passive._running.values():
            task.cancel()  # as a crash would: nothing was committed, nobody brings it again
    async with office(one_store, tmp_path) as after:
        after.sim.platform.allow(HER, (5, 48 * HOUR))
        assert await after.channel._passive.catch_up() == 0  # another process may still be at it
        after.clock.pass_seconds(31)
        assert await after.channel._passive.catch_up() == 1
        await after.hand_over()
        assert sum("依据" in text for text in after.screen) == 1
        assert await after.channel._passive.catch_up() == 0
        assert after.slow.fresh == 1


async def test_many_are_late_and_none_is_lost(one_store: Store, tmp_path: Path) -> None:
    async with office(one_store, tmp_path, patience=0.2, push_patience=1.0) as desk:
        desk.slow.hold = asyncio.Event()
        women = [f"oHer{number:024d}" for number in range(12)]
        pushed = await asyncio.gather(*(desk.sim.say(her, "怀孕了公司要辞退我怎么办") for her in women))
        assert {one.answers for one in pushed} == {("success",)}
        desk.slow.hold.set()
        await desk.channel._passive.stop()
        await desk.hand_over()
        for her in women:
            assert sum("依据" in text for text in desk.sim.platform.follower(her).texts) == 1


async def test_a_platform_that_never_answers_is_tried_again(
    one_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    from bot.channels.wechat import client, tokens

    quick = httpx.Timeout(0.3)
    monkeypatch.setattr(client, "PATIENCE", quick)
    monkeypatch.setattr(tokens, "PATIENCE", quick)
    async with office(one_store, tmp_path, patience=0.1) as desk:
        desk.slow.seconds = 0.3
        desk.sim.platform.faults = [
            Fault("/cgi-bin/stable_token", hang=1.0),
            Fault(SEND, times=2, hang=1.0),
        ]
        await desk.sim.say(HER, "怀孕了公司要辞退我怎么办")
        await desk.channel._passive.stop()
        for _ in range(3):
            await desk.hand_over()
            assert desk.channel.problem == "network"
            assert {state for state, _ in await desk.states()} == {"queued"}
            desk.clock.pass_seconds(60)
        await asyncio.sleep(1.2)
        desk.screen.clear()
        for _ in range(6):
            await desk.hand_over()
            desk.clock.pass_seconds(60)
        assert {state for state, _ in await desk.states()} == {"sent"}
        assert desk.channel.problem is None
