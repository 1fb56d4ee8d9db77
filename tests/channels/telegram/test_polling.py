"""The poll loop: nothing confirmed before it is committed, nothing lost, nobody stuck behind another."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.channels.telegram import lines
from bot.channels.telegram.words import SEND_AGAIN
from bot.message import Inbound
from store import Store, leases, offsets
from tests.channels.telegram.kit import FAST, INBOX, Desk, clock, running
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TelegramApi

HER, OTHER = 5550001, 5550002


def failing(times: int, text: str = "") -> Callable[[Inbound], None]:
    left = [times]

    def trouble(inbound: Inbound) -> None:
        if (not text or inbound.text == text) and left[0] > 0:
            left[0] -= 1
            raise RuntimeError("the store is out of order")

    return trouble


async def test_what_she_says_arrives_and_is_confirmed(api: TelegramApi, store: Store, desk: Desk) -> None:
    ids = [api.say(HER, f"第{number}句") for number in range(5)]
    async with running(api, store, desk.receive):
        await api.until(lambda: api.forgotten == ids[-1] + 1)
        assert desk.texts == [f"第{number}句" for number in range(5)]
        last = api.say(HER, "在线时又一句")
        await api.until(lambda: api.forgotten == last + 1)
    assert desk.texts[-1] == "在线时又一句"
    assert await store.read(lambda tx: offsets.position(tx, INBOX)) == last + 1
    assert api.called("getUpdates")[0].parameters["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


async def test_the_offset_waits_for_the_slowest(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.hold = asyncio.Event()
    slow = api.say(HER, "等一下")
    quick = [api.say(OTHER, f"快{number}") for number in range(3)]
    async with running(api, store, desk.receive):
        await api.until(lambda: len(desk.texts) == 3)
        late = api.say(OTHER, "后来的")
        await api.until(lambda: "后来的" in desk.texts)
        assert api.waiting == [slow, *quick, late], "above the slow one nothing may be confirmed"
        desk.hold.set()
        await api.until(lambda: api.forgotten == late + 1)
    assert sorted(desk.calls) == sorted(["等一下", "快0", "快1", "快2", "后来的"]), "each handled once all the while"


async def test_one_chat_in_order_many_chats_at_once(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.slow = 0.02
    chats = [5550100 + number for number in range(40)]
    for turn in range(2):
        for chat in chats:
            last = api.say(chat, f"{chat}/{turn}")
    async with running(api, store, desk.receive):
        await api.until(lambda: api.forgotten == last + 1)
    for chat in chats:
        assert [text for text in desk.texts if text.startswith(str(chat))] == [f"{chat}/0", f"{chat}/1"]
    assert 4 <= desk.most <= lines.AT_ONCE


async def test_a_failure_is_tried_again_in_its_place(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.trouble = failing(3, "第一句")
    api.say(HER, "第一句")
    last = api.say(HER, "第二句")
    async with running(api, store, desk.receive):
        await api.until(lambda: api.forgotten == last + 1)
    assert desk.texts == ["第一句", "第二句"]
    assert desk.calls == ["第一句"] * 4 + ["第二句"]


async def test_a_poisoned_message_does_not_silence_what_follows(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.trouble = failing(10**6, "毒")
    poison = api.say(HER, "毒")
    api.say(HER, "救命")
    async with running(api, store, desk.receive):
        await api.until(lambda: desk.texts == ["救命"])
        api.say(HER, "他来了")
        await api.until(lambda: desk.texts == ["救命", "他来了"])
        assert poison in api.waiting, "not given up: it blocks nobody"
        desk.trouble = failing(0)
        await api.until(lambda: "毒" in desk.texts)


async def test_what_blocks_everybody_is_given_up_and_she_is_told(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.trouble = failing(10**6, "毒")
    api.say(HER, "毒")
    for number in range(120):
        last = api.say(OTHER, f"{number}")
    async with running(api, store, desk.receive, pace=replace(FAST, first=0.01, top=0.02)):
        await api.until(lambda: api.forgotten == last + 1, 20)
        await api.until(lambda: [message.text for message in api.messages(HER)] == [SEND_AGAIN])
    assert len(desk.texts) == 120


async def test_a_store_out_of_order_loses_nothing(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.trouble = failing(300)
    for number in range(120):
        last = api.say(5550200 + number, f"{number}")
    async with running(api, store, desk.receive, pace=replace(FAST, first=0.01, top=0.02)):
        await api.until(lambda: api.forgotten == last + 1, 20)
    assert sorted(desk.texts, key=int) == [str(number) for number in range(120)]
    assert api.called("sendMessage") == []


@pytest.mark.parametrize("times", [3])
async def test_repeated_updates_are_handled_once(api: TelegramApi, store: Store, desk: Desk, times: int) -> None:
    names = ["text", "photo", "button", "edited", "emoji"]
    api.expect_query(load("button")["callback_query"]["id"])
    for _ in range(times):
        for name in names:
            api.push(load(name))
    async with running(api, store, desk.receive):
        await api.until(lambda: not api.waiting)
    for _ in range(times):  # and once more after a restart that forgot everything
        for name in names:
            api.push(load(name))
    async with running(api, store, desk.receive, owner="two"):
        await api.until(lambda: not api.waiting)
    assert sorted(desk.texts) == sorted(["怀孕了公司要辞退我怎么办", "这是他打的伤", "找人", "他昨天打了我", "😭😭😭"])


async def test_ids_that_start_anew(api: TelegramApi, store: Store, desk: Desk) -> None:
    await store.unit(lambda tx: offsets.confirm(tx, INBOX, 2_000_000_000))
    last = api.say(HER, "一周没人来以后")
    async with running(api, store, desk.receive):
        await api.until(lambda: not api.waiting)
        assert api.forgotten == last + 1
    assert desk.texts == ["一周没人来以后"]


async def test_a_stop_finishes_what_runs_and_leaves_the_rest(api: TelegramApi, store: Store, desk: Desk) -> None:
    desk.slow = 0.2
    first = api.say(HER, "正在处理")
    second = api.say(HER, "排在后面")
    async with running(api, store, desk.receive):
        await api.until(lambda: desk.calls == ["正在处理"])
    assert desk.texts == ["正在处理"]
    assert await store.read(lambda tx: offsets.position(tx, INBOX)) == second
    assert await store.unit(lambda tx: leases.take(tx, INBOX, "next", now=clock(), until=clock() + 1)), "given back"
    assert api.waiting == [first, second]
    async with running(api, store, desk.receive, owner="next"):
        await api.until(lambda: not api.waiting)
    assert desk.texts == ["正在处理", "排在后面"]
