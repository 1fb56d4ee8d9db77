"""What leaves: retried, refused, waiting to be fetched, never lost and never in the wrong order."""

from pathlib import Path

import pytest

from bot.channels.base import Later, Refused
from bot.outbox import IN_CHAT, TRIES, Outbox
from handlers.phrases import say
from store import Store, Tx, messages, outbox
from tests.bot.kit import Clock, Woman, Written, open_core


async def _states(store: Store) -> list[str | None]:
    lines = await store.read(lambda tx: messages.transcript(tx, 1))
    return [line.state for line in lines if line.who != "her"]


def _staff_reply(tx: Tx, text: str, now: int) -> str:
    return outbox.add(tx, conversation_id=1, contact_id=1, inbox="terminal", text=text, seat_id=7, now=now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_replies_leave_in_order_and_are_marked(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        receipt = await Woman(core, clock).says("我要找人", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)
        while await worker.round():
            pass
    assert [delivery.text for delivery in channel.got] == [reply.text for reply in receipt.replies]
    assert set(await _states(store)) == {"sent"}


async def test_a_reply_shown_in_the_same_breath_is_left_alone_for_ten_seconds(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("你好", same_breath=True)
        worker = Outbox(store, {"terminal": channel}, clock)
        assert not await worker.round()
        clock.pass_seconds(11)
        assert await worker.round()
    assert len(channel.got) == 1


async def test_a_channel_that_asks_to_wait_is_obeyed_and_one_that_refuses_is_believed(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    channel = Written(fails=[Later("429", 30.0), Later("reset"), Refused("blocked")])
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("你好", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)
        assert await worker.round()
        clock.pass_seconds(29)
        assert not await worker.round()
        clock.pass_seconds(1.1)
        assert await worker.round()
        clock.pass_seconds(10)
        assert await worker.round()
    assert await _states(store) == ["failed"]


async def test_twenty_tries_then_undelivered_and_visible(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written(fails=[Later("down") for _ in range(TRIES + 5)])
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("你好", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)
        for _ in range(TRIES + 5):
            await worker.round()
            clock.pass_seconds(5000)
    assert await _states(store) == ["failed"]
    assert len(channel.fails) == 5


async def test_a_staff_reply_appears_while_she_is_in_the_chat(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("你好", same_breath=True)
        clock.pass_seconds(60)
        await store.unit(lambda tx: _staff_reply(tx, "工作人员的话", clock.now))
        worker = Outbox(store, {"terminal": channel}, clock)
        while await worker.round():
            pass
    assert "工作人员的话" in [delivery.text for delivery in channel.got]


async def test_later_only_one_neutral_line_and_the_text_when_she_asks(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("我要找人", same_breath=True)
        clock.pass_seconds(IN_CHAT / 1_000_000 + 1)
        worker = Outbox(store, {"terminal": channel}, clock)
        for part in ("第一句", "第二句"):
            await store.unit(lambda tx, part=part: _staff_reply(tx, part, clock.now))  # type: ignore[misc]  # bound early
        while await worker.round():
            pass
        said = [delivery.text for delivery in channel.got]
        assert not any("第一句" in text or "第二句" in text for text in said)
        assert sum("看回复" in text for text in said) == 1
        receipt = await woman.says("看回复", same_breath=True)
    texts = [reply.text for reply in receipt.replies]
    assert [text for text in texts if text in {"第一句", "第二句"}] == ["第一句", "第二句"]


async def test_nothing_leaves_while_she_has_paused(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("你好", same_breath=False)
        receipt = await woman.says("他来了", same_breath=False)
        assert [reply.text for reply in receipt.replies] == ["好的。"]
        await store.unit(lambda tx: _staff_reply(tx, "工作人员的话", clock.now))
        worker = Outbox(store, {"terminal": channel}, clock)
        while await worker.round():
            pass
        assert [delivery.text for delivery in channel.got] == ["好的。"]
        again = await woman.says("可以说了", same_breath=True)
        assert say("staff.nudge") in [reply.text for reply in again.replies]
        while await worker.round():
            pass
        assert "工作人员的话" not in [delivery.text for delivery in channel.got]
        read = await woman.says("看回复", same_breath=True)
    assert "工作人员的话" in [reply.text for reply in read.replies]
