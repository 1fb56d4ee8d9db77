"""The chat in the corner of a foreign page, in a real browser: it disturbs nothing and leaves nothing."""

import asyncio
import contextlib
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.channels.webchat.conftest import Elsewhere
from tests.channels.webchat.foreign import embedding, open_chat
from tests.channels.webchat.site import Desk, until
from tests.channels.webchat.test_page import ANSWER, KEPT, NOTHING

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
BUTTON = "[data-chat-widget] button"
PANEL = "[data-chat-widget] [role=dialog]"


async def test_it_talks_and_the_site_notices_nothing(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(request.url))
        await phone.goto(foreign.url)
        await expect(phone.locator(BUTTON)).to_have_text("在线咨询")
        chat = foreign.chat.url
        assert [url for url in asked if url.startswith(chat)] == [f"{chat}/widget.js"]  # no more before she asks
        frame = await open_chat(phone)
        await frame.locator("#draft").fill("秘密")
        await frame.locator("#draft").press("Enter")
        await expect(frame.locator(".bot .bubble")).to_have_text("收到：秘密")
        # What stands on window beyond the site's own: nothing.
        assert await phone.evaluate("Object.keys(window).filter(k => !before.includes(k) && k !== '0')") == ["before"]
        assert await phone.context.cookies() == []
        assert await phone.evaluate(KEPT) == NOTHING
        # In the frame the browser keeps storage shut altogether, and the chat works without.
        kept = "[document.cookie, location.pathname + location.search + location.hash, history.state]"
        assert await phone.frames[1].evaluate(kept) == ["", "/", None]
        assert await phone.evaluate("history.length") == 2  # about:blank and the site
        assert "秘密" not in "".join(asked)


async def test_on_a_phone_it_covers_the_page_and_folds_away(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        await phone.goto(foreign.url)
        frame = await open_chat(phone)
        assert await phone.locator(PANEL).bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
        assert await phone.evaluate("document.elementFromPoint(180, 20).hasAttribute('data-chat-widget')")
        assert await phone.evaluate("document.documentElement.style.overflow") == "hidden"
        await frame.locator("#draft").fill("在吗")
        await frame.locator("#draft").press("Enter")
        await expect(frame.locator(".bot .bubble")).to_have_text("收到：在吗")
        await frame.locator("#fold").click()
        await expect(phone.locator(BUTTON)).to_be_focused()
        assert await phone.evaluate("document.documentElement.style.overflow") == ""
        token = foreign.chat.desk.inbounds[0].sender
        await foreign.chat.chat.send(foreign.chat.desk.say(token, "我是小李"))
        await expect(phone.locator(BUTTON)).to_have_attribute("aria-label", "在线咨询，有新消息")
        assert "小李" not in await phone.content()
        await phone.click(BUTTON)
        await expect(frame.locator(".staff .bubble")).to_have_text("我是小李")  # the same conversation goes on
        await expect(phone.locator(BUTTON)).to_be_hidden()


async def test_keyboard_and_screen_reader(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        await phone.set_viewport_size({"width": 1280, "height": 800})
        await phone.goto(foreign.url)
        button = phone.get_by_role("button", name="在线咨询")
        await expect(button).to_have_attribute("aria-expanded", "false")
        await button.focus()
        await phone.keyboard.press("Enter")
        await phone.frame_locator(f"{PANEL} iframe").locator("#draft").wait_for()
        await expect(phone.get_by_role("dialog", name="在线咨询")).to_have_attribute("aria-modal", "false")
        assert await phone.locator(f"{PANEL} iframe").get_attribute("title") == "在线咨询"
        await until(lambda: True)
        await expect(phone.locator(f"{PANEL} iframe")).to_be_focused()
        box = await phone.locator(PANEL).bounding_box()
        assert box == {"x": 864, "y": 104, "width": 400, "height": 680}


@pytest.mark.parametrize("way", ["button", "key inside", "key outside"])
async def test_leaving_takes_the_whole_page_along(phone: Page, elsewhere: Elsewhere, way: str) -> None:
    async with embedding(Desk(delay=20), leave_url=elsewhere.url) as foreign:
        took = []
        for _ in range(3):
            await phone.goto("about:blank")
            await phone.goto(foreign.url)
            frame = await open_chat(phone)
            await frame.locator("#draft").fill("秘密")
            await frame.locator("#draft").press("Enter")
            asked = len(elsewhere.asked_at)
            began = time.monotonic()
            if way == "button":
                await frame.locator("#leave").click()
            elif way == "key inside":
                await frame.locator("#draft").press("Escape")
            else:
                await phone.press("#search", "Escape")
            await until(lambda asked=asked: len(elsewhere.asked_at) > asked)  # type: ignore[misc]  # bound early
            took.append(elsewhere.asked_at[-1] - began)
            await phone.wait_for_url(elsewhere.url)
        assert min(took) < 0.3
        for _ in range(5):
            with contextlib.suppress(Exception):  # about:blank answers nothing
                await phone.go_back(timeout=1000)
            assert "localhost" not in phone.url
            assert "秘密" not in await phone.content()


async def test_escape_belongs_to_the_site_while_the_chat_is_folded(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        await phone.goto(foreign.url)
        await phone.press("#search", "Escape")
        frame = await open_chat(phone)
        await frame.locator("#fold").click()
        await phone.press("#search", "Escape")
        await asyncio.sleep(0.5)
        assert phone.url == f"{foreign.url}/"


async def test_going_on_in_the_site_keeps_no_picture_of_the_chat(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        await phone.goto(foreign.url)
        frame = await open_chat(phone)
        await frame.locator("#draft").fill("秘密")
        await frame.locator("#draft").press("Enter")
        await expect(frame.locator(".bot .bubble")).to_have_text("收到：秘密")
        await phone.evaluate("document.getElementById('other').click()")
        await phone.wait_for_url("**/other")
        await until(lambda: not foreign.chat.chat._pages)  # the line is closed
        await phone.go_back()
        await expect(phone.locator(BUTTON)).to_be_visible()
        await expect(phone.locator(f"{PANEL} iframe")).to_have_count(0)
        assert (
            await phone.evaluate("window.dispatchEvent(new Event('pagehide')), document.querySelector('iframe')")
            is None
        )


async def test_only_the_chat_itself_can_send_the_page_away(phone: Page, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url) as foreign:
        await phone.goto(foreign.url)
        frame = await open_chat(phone)
        await phone.evaluate("postMessage('halfsky:leave', '*'), postMessage('halfsky:fold', '*')")
        await asyncio.sleep(0.3)
        await expect(frame.locator("#welcome")).to_be_visible()
        assert phone.url == f"{foreign.url}/"


async def test_a_site_that_is_not_named_gets_no_frame(browser: Browser, elsewhere: Elsewhere) -> None:
    async with embedding(Desk(), leave_url=elsewhere.url, allowed=False) as foreign:
        page = await browser.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text))
        await page.clock.install()
        await page.goto(foreign.url)
        await page.click(BUTTON)
        await until(lambda: any("frame-ancestors" in text for text in refused))
        await page.clock.fast_forward(11_000)
        await expect(page.get_by_role("status")).to_contain_text("急事请直接打110")
        link = page.get_by_role("link", name="在新页面打开")
        assert await link.get_attribute("href") == f"{foreign.chat.url}/"
        await page.get_by_role("button", name="收起").click()
        await expect(page.get_by_role("button", name="在线咨询")).to_be_visible()
        await page.close()


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1280, 800)])
async def test_it_looks_like_this(phone: Page, elsewhere: Elsewhere, tmp_path: Path, width: int, height: int) -> None:
    desk = Desk(answer=lambda _inbound: [(ANSWER, ("有用", "没解决", "找人"))])
    async with embedding(desk, leave_url=elsewhere.url) as foreign:
        await phone.set_viewport_size({"width": width, "height": height})
        await phone.goto(foreign.url)
        await phone.screenshot(path=tmp_path / f"folded-{width}.png")
        frame = await open_chat(phone)
        await frame.locator("#draft").fill("怀孕了，公司要辞退我，怎么办？")
        await frame.locator("#draft").press("Enter")
        await expect(frame.locator(".message .choice")).to_have_count(3)
        await phone.screenshot(path=tmp_path / f"open-{width}.png")
        assert await phone.frames[1].evaluate("document.documentElement.scrollWidth") <= width
