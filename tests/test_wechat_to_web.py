"""One woman: she starts on WeChat, goes on in the web by her three words, and staff reach her where she chose.

The real official-account channel before the simulated platform, and the web door, both over HTTP on loopback.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import build_webchat, build_wechat
from bot.channels.wechat import PATH
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from bot.core import load_library
from bot.marks import MOMENT
from bot.settings import Settings
from handlers.phrases import say
from knowledge.article import Candidate
from knowledge.render import render
from store import messages
from tests.bot.kit import MONDAY, Clock, interpreter
from tests.channels.wechat.kit import APP, KEY, SECRET, TOKEN, served
from tests.screens import Shown
from tests.screens_chats import OPENID, WeChatScreen
from tests.screens_web import HttpScreen
from tests.stages import House, Scene, _scene
from web.desk import Desk
from web.workbench.lines import said_of

FIRST, SECOND, THIRD, LAST = (
    "材料我看到了，请先别签字。",
    "明天九点陪您去仲裁。",
    "仲裁委的地址是人民路。",
    "立案了，恭喜。",
)


@dataclass
class Her:
    wechat: WeChatScreen
    web: HttpScreen
    scene: Scene

    async def replied(self, text: str) -> tuple[bool, bool]:
        """Staff write; whether the words then stand on her phone's WeChat and on her page."""
        await asyncio.sleep(2 * MOMENT)  # what stands on her screens is noted a moment later
        await self.scene.staff("replies", text)
        await self.scene.hand_over()
        on_wechat, on_web = text in words(await self.wechat.reads()), text in words(await self.web.reads())
        await asyncio.sleep(2 * MOMENT)
        await self.scene.hand_over()
        return on_wechat, on_web

    async def fates(self) -> list[str]:
        """What the workbench shows under the last reply of staff."""
        (ticket, *_), core = await self.scene.tickets(), self.scene.core
        lines = await self.scene.store.read(lambda tx: messages.transcript(tx, ticket.contact_id))
        desk = Desk(self.scene.store, core.service, core.org, core.taxonomy, nothing, render, core.clock)
        said = [line for line in said_of(desk, lines, {}, now=core.clock()) if line.who == "staff"]
        return [fate.words for fate in said[-1].fates]


async def nothing(_text: str, _topics: object) -> list[Candidate]:
    return []


def words(shown: list[Shown]) -> str:
    return "\n".join(line.text for line in shown)


@asynccontextmanager
async def begun(house: House) -> AsyncIterator[Her]:
    async with AsyncExitStack() as stack:
        clocks: list[Clock] = []  # the platform follows the product's
        credentials = Credentials(APP, SECRET, TOKEN, aes_key(KEY))
        sim = await stack.enter_async_context(Simulator(credentials, lambda: clocks[0]() if clocks else MONDAY))
        settings = house.settings(
            wechat_app_id=APP, wechat_secret=SECRET, wechat_token=TOKEN, wechat_aes_key=KEY, wechat_api_url=sim.url
        )
        core, store, clock = await stack.enter_async_context(house.core(MONDAY, settings))
        clocks.append(clock)
        wechat, webchat = build_wechat(core), build_webchat(core)
        base = await stack.enter_async_context(served(Starlette(routes=[*wechat.routes(), *webchat.routes()])))
        stack.push_async_callback(wechat.stop)
        stack.push_async_callback(webchat.stop)
        sim.towards(f"{base}{PATH}")
        door = await stack.enter_async_context(httpx.AsyncClient(base_url=base, trust_env=False, timeout=60))
        phone, page = WeChatScreen(sim), HttpScreen(door)
        phone.scene = scene = await _scene(core, store, clock, phone, [wechat, webchat], on_duty=False)
        yield Her(phone, page, scene)


async def goes_on_in_the_web(her: Her) -> None:
    await her.wechat.says("公司拖欠工资三个月了怎么办")
    told = re.search(r"三个词：(\S+ \S+ \S+)", words(await her.wechat.says("找人")))
    assert told is not None
    answer = await her.web.http.post("/api/resume", json={"words": told[1]})
    resumed = answer.raise_for_status().json()
    assert any("拖欠工资" in line["text"] for line in resumed["lines"])
    her.web.conversation, her.web.last = resumed["conversation"], resumed["lines"][-1]["id"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("moves")
    return House(folder / "scenes", load_library(Settings(var=str(folder))), interpreter())


async def test_from_wechat_to_the_web_and_replies_where_she_chose(house: House) -> None:
    async with begun(house) as her:
        await goes_on_in_the_web(her)
        asked = await her.web.says("查进度")
        assert "您也在微信来过" in words(asked)
        assert {"两边都发", "只发到这里", "只发到那边"} <= {button for line in asked for button in line.buttons}

        assert "微信都能看到" in words(await her.web.says("两边都发"))
        assert await her.replied(FIRST) == (True, True)
        assert sorted(await her.fates()) == ["微信 已送出", "网页 已取"]

        await her.web.says("只发到这里")
        assert await her.replied(SECOND) == (False, True)
        assert await her.fates() == ["已取"]

        await her.web.says("只发到那边")
        assert await her.replied(THIRD) == (True, False)
        assert await her.fates() == ["已送出"]

        await her.wechat.says("只发到这里")  # from the other side the same words mean the other place
        assert await her.replied(LAST) == (True, False)
        (ticket,) = await her.scene.tickets()
        assert (ticket.topic, ticket.source) == ("job_dispute", "wechat")


async def test_each_place_has_its_own_state_until_she_asks_there(house: House) -> None:
    """She left WeChat an hour ago: there only a neutral line, and 待取 until she asks."""
    async with begun(house) as her:
        await goes_on_in_the_web(her)
        her.scene.clock.pass_seconds(3600)
        await her.web.says("查进度")
        await her.web.says("两边都发")
        assert await her.replied(FIRST) == (False, True)
        assert sorted(await her.fates()) == ["微信 待取", "网页 已取"]
        assert FIRST in words(await her.wechat.says("看回复"))
        await asyncio.sleep(2 * MOMENT)
        assert sorted(await her.fates()) == ["微信 已取", "网页 已取"]


async def test_what_the_platform_refuses_is_seen_on_that_place_only(house: House) -> None:
    async with begun(house) as her:
        await goes_on_in_the_web(her)
        await her.web.says("查进度")
        await her.web.says("两边都发")
        her.wechat.sim.platform.follower(OPENID).left = 0  # 45047
        assert await her.replied(FIRST) == (False, True)
        assert sorted(await her.fates()) == ["微信 未送达", "网页 已取"]
        assert FIRST in words(await her.wechat.says("看回复"))


async def test_the_hour_she_is_silenced_holds_on_both(house: House) -> None:
    async with begun(house) as her:
        await goes_on_in_the_web(her)
        await her.web.says("查进度")
        await her.web.says("两边都发")
        assert words(await her.wechat.says("他来了")) == say("pause.quiet")
        assert await her.replied(FIRST) == (False, False)
        assert sorted(await her.fates()) == ["微信 待取", "网页 待取"]
