"""One woman on two channels: she begins on one, goes on by her three words, and replies reach her where she chose."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from bot.app import build_telegram, build_webchat
from bot.channels.base import Channel
from bot.core import load_library
from bot.marks import MOMENT
from bot.settings import Settings
from tests.bot.kit import MONDAY, interpreter
from tests.channels.wechat.kit import served
from tests.screens import Shown
from tests.screens_chats import TelegramScreen
from tests.screens_web import SocketScreen
from tests.stages import House, Scene, _scene
from tests.telegram_api import TelegramApi

REPLY = "您好，材料我看到了，请先别签字。"


@dataclass
class Both:
    telegram: TelegramScreen
    web: SocketScreen
    scene: Scene

    async def staff_reply(self, text: str) -> tuple[str, str]:
        """What then stands on her two screens."""
        await self.scene.staff("replies", text)
        await asyncio.sleep(2 * MOMENT)  # what her page has is noted a moment later
        await self.scene.around()
        return words(await self.telegram.reads()), words(await self.web.reads())


@asynccontextmanager
async def both(house: House) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(TelegramApi())
        settings = house.settings(telegram_token=api.token, telegram_api_url=api.url)
        core, store, clock = await stack.enter_async_context(house.core(MONDAY, settings))
        telegram, webchat = build_telegram(core), build_webchat(core)
        await telegram.start()
        stack.push_async_callback(telegram.stop)
        base = await stack.enter_async_context(served(Starlette(routes=webchat.routes())))
        stack.push_async_callback(webchat.stop)
        address = f"{base.replace('http', 'ws')}/api/chat"
        socket = await stack.enter_async_context(connect(address, origin=base, proxy=None))  # type: ignore[arg-type]  # a text is an origin
        chat, page = TelegramScreen(api), SocketScreen(socket)
        channels: list[Channel] = [telegram, webchat]
        chat.scene = scene = await _scene(core, store, clock, chat, channels, on_duty=False)
        scene.page = page
        yield Both(chat, page, scene)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("two")
    return House(folder / "scenes", load_library(Settings(var=str(folder))), interpreter())


def words(shown: list[Shown]) -> str:
    return "\n".join(line.text for line in shown)


def code_in(text: str) -> str:
    found = re.search(r"三个词：(\S+ \S+ \S+)", text)
    assert found, text
    return found[1]


async def begun_on_telegram(her: Both) -> str:
    """She asked for a person on Telegram; her three words."""
    await her.telegram.says("公司拖欠工资三个月了怎么办")
    return code_in(words(await her.telegram.says("找人")))


async def test_she_goes_on_by_her_three_words_and_reads_on_both(house: House) -> None:
    async with both(house) as her:
        lines = await her.web.resume(await begun_on_telegram(her))
        assert any("拖欠工资" in line for line in lines)
        assert "Telegram" in words(asked := await her.web.says("查进度"))
        assert "两边都发" in {button for line in asked for button in line.buttons}
        assert "都能看到" in words(await her.web.says("两边都发"))
        on_telegram, on_web = await her.staff_reply(REPLY)
        assert REPLY in on_telegram
        assert REPLY in on_web
        (ticket,) = await her.scene.tickets()  # one woman, one matter
        assert ticket.topic == "job_dispute"


@pytest.mark.parametrize(
    ("choice", "telegram", "web"), [("只发到这里", False, True), ("只发到那边", True, False), ("", False, True)]
)
async def test_a_reply_comes_only_where_she_chose(house: House, choice: str, telegram: bool, web: bool) -> None:
    """Without a choice it comes where she wrote last."""
    async with both(house) as her:
        await her.web.resume(await begun_on_telegram(her))
        await her.web.says("查进度")
        if choice:
            await her.web.says(choice)
        on_telegram, on_web = await her.staff_reply(REPLY)
        assert (REPLY in on_telegram, REPLY in on_web) == (telegram, web)


async def test_each_screen_keeps_its_own_hour(house: House) -> None:
    """Where she wrote a moment ago the words appear; where she has been away only one neutral line does."""
    async with both(house) as her:
        code = await begun_on_telegram(her)
        her.scene.clock.pass_seconds(3600)
        await her.web.resume(code)
        await her.web.says("查进度")
        await her.web.says("两边都发")
        on_telegram, on_web = await her.staff_reply(REPLY)
        assert REPLY in on_web
        assert REPLY not in on_telegram
        assert "您有一条新消息" in on_telegram
        assert REPLY in words(await her.telegram.says("看回复"))


async def test_he_comes_and_both_screens_are_silent(house: House) -> None:
    async with both(house) as her:
        await her.web.resume(await begun_on_telegram(her))
        await her.web.says("查进度")
        await her.web.says("两边都发")
        assert words(await her.web.says("他来了")) == "好的。"
        assert await her.staff_reply(REPLY) == ("", "")
        first = words(await her.telegram.says("怎么申请法律援助"))
        assert REPLY not in first
        assert await her.web.reads() == []  # the page in his hands stays as it is
        assert REPLY in words(await her.telegram.says("看回复"))


async def test_three_words_in_the_chat_move_the_other_channel_too(house: House) -> None:
    """From the web to Telegram: what she writes there afterwards belongs to her matter."""
    async with both(house) as her:
        await her.web.says("公司拖欠工资三个月了怎么办")
        code = code_in(words(await her.web.says("找人")))
        await her.telegram.says("您好")
        assert "对上了" in words(await her.telegram.says(code))
        told = words(await her.telegram.says("查进度"))
        assert "老板不给工资" in told
        (ticket,) = await her.scene.tickets()
        await her.telegram.says("公司昨天又不给我们发工资")
        (same,) = await her.scene.tickets()
        assert same.id == ticket.id


async def test_wrong_words_move_nothing(house: House) -> None:
    async with both(house) as her:
        await her.web.says("公司拖欠工资三个月了怎么办")
        await her.web.says("找人")
        assert "没有对上" in words(await her.telegram.says("荷花 雨伞 小桥"))
        assert "三个词" in words(await her.telegram.says("查进度"))


async def test_two_people_with_matters_of_their_own_are_never_merged(house: House) -> None:
    async with both(house) as her:
        await her.web.says("公司拖欠工资三个月了怎么办")
        code = code_in(words(await her.web.says("找人")))
        await her.telegram.says("前夫不给抚养费怎么办")
        await her.telegram.says("找人")
        await her.telegram.says(code)
        topics = {ticket.topic: ticket.contact_id for ticket in await her.scene.tickets()}
        assert len(set(topics.values())) == 2
