"""Voice, place, card, a file too large, the staff's group, a blocked bot: through the real program, to the ticket."""

import asyncio
from pathlib import Path

from bot.app import App
from store import Tx, duty, seats, undelivered
from tests.channels.telegram.desk import HER, call_of, lines, opened, program, read_by, said
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TelegramApi, fault
from tickets.actor import Actor
from tickets.casework import guarding, talking

GROUP = -1009990003
NUMBER = "13912345678"


def card(api: TelegramApi, number: str, owner: int | None = HER) -> int:
    frame = {**load("contact")["message"], "message_id": 9_000 + len(api.calls)}
    shared = {"phone_number": number, "first_name": "李", **({} if owner is None else {"user_id": owner})}
    return api.push({"message": {**frame, "contact": shared}})


def send(api: TelegramApi, name: str, **changes: object) -> int:
    message = load(name)["message"]
    return api.push({"message": {**message, "message_id": 8_000 + len(api.calls), **changes}})


async def on_duty(app: App) -> Actor:
    def work(tx: Tx) -> int:
        made = seats.add(tx, login="lead", name="孙", role="lead", unit="sz", password="-", now=app.core.clock())
        assert made is not None
        duty.put(tx, "sz", [made])
        return made

    return Actor(await app.core.store.unit(work), "lead", "sz", None)


async def test_everything_she_shares_is_acknowledged_in_kind(api: TelegramApi, tmp_path: Path) -> None:
    expected = {
        "voice": "语音",
        "photo": "",  # with words: the words are answered
        "document": "",
        "location": "位置",
        "venue": "位置",
        "contact": "名片",
        "sticker": "找人",
    }
    async with program(api, tmp_path) as app:
        await said(api, api.say(HER, "你好"), 2)
        for name, word in expected.items():
            shown = len(read_by(api))
            await said(api, send(api, name), shown + 1)
            if word:
                await api.until(lambda: any(word in text for text in read_by(api)[shown:]))  # noqa: B023 - before it moves on
        video = {**load("video")["message"]["video"], "file_size": 50_000_000}
        shown = len(read_by(api))
        assert "太大" in (await said(api, send(api, "video", video=video, caption=""), shown + 1))[-1]
        shown = len(read_by(api))
        both = await said(api, send(api, "video", video=video, caption="公司拖欠工资怎么办"), shown + 2)
        assert "太大" in both[-1], "the words get their answer, and she knows that the film did not come"
        assert all("不懂" not in text for text in read_by(api))
        assert len([line for line in await lines(app.core.store) if line.who == "her"]) == len(expected) + 3


async def test_her_number_is_called_only_after_she_agrees(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path) as app:
        store = app.core.store
        actor = await on_duty(app)
        await said(api, api.say(HER, "找人"), 2)
        (ticket,) = await opened(store)
        for skipped in range(3):
            await said(api, api.say(HER, "跳过"), 3 + skipped)
        shown = len(read_by(api))
        await said(api, card(api, "8613700000000", owner=999), shown + 1)
        assert await call_of(store) is None
        assert "名片" in read_by(api)[-1], "somebody else's card is kept, never called"
        asked = (await said(api, card(api, f"+86{NUMBER}"), shown + 2))[-1]
        assert "可以打这个号码联系您吗" in asked
        assert await call_of(store) is None, "sharing is not agreeing"
        api.press(HER, 0)
        await api.until(lambda: "别人听到" in read_by(api)[-1], 60)
        call = await call_of(store)
        assert call is not None
        assert call.masked == "139****78"
        seen = await guarding.reveal(store, actor, ticket.id, reason="要回电", now=app.core.clock())
        assert NUMBER in seen["card"]
        assert NUMBER not in "".join(line.text for line in await lines(store)), "the talk does not show it"


async def test_a_number_asked_for_may_be_shared_as_a_card(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path) as app:
        await said(api, api.say(HER, "给我回个电话吧"), 2)
        shown = len(read_by(api))
        await said(api, card(api, f"86{NUMBER}"), shown + 1)
        call = await call_of(app.core.store)
        assert call is not None
        assert call.masked == "139****78"


async def test_the_group_hears_number_level_and_link_and_nothing_of_hers(api: TelegramApi, tmp_path: Path) -> None:
    api.groups[GROUP] = "值班群"
    base = {"telegram_staff_group": str(GROUP), "port": 8338}
    async with program(api, tmp_path, **base) as app:
        await on_duty(app)
        api.fail("sendMessage", fault(429, retry_after=0))
        api.say(HER, "他拿着刀在砸门，救命")
        await api.until(lambda: bool(api.messages(GROUP)), 60)
        (ticket,) = await opened(app.core.store)
    (alert,) = api.messages(GROUP)
    assert alert.text == f"【十万火急】{ticket.number}\nhttp://127.0.0.1:8338/desk/ticket/{ticket.id}"
    assert alert.buttons == []


async def test_blocked_is_undelivered_and_somebody_must_call(api: TelegramApi, tmp_path: Path) -> None:
    async with program(api, tmp_path) as app:
        core = app.core
        actor = await on_duty(app)
        await said(api, api.say(HER, "找人"), 2)
        (ticket,) = await opened(core.store)
        await core.store.unit(lambda tx: talking.accept(tx, actor, ticket.id, now=core.clock()))
        api.blocked.add(HER)
        await core.store.unit(lambda tx: talking.reply(core.service, tx, actor, ticket.id, "您好", now=core.clock()))
        found: frozenset[int] = frozenset()
        for _ in range(200):
            found = await core.store.read(lambda tx: undelivered.calls(tx, [ticket.id]))
            if found:
                break
            await asyncio.sleep(0.05)
        assert found == {ticket.id}
        states = [line.state for line in await lines(core.store) if line.who == "staff"]
        assert states == ["failed"]
