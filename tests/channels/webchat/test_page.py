"""The page in a real browser, on the screen of a small phone."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.settings import Settings
from tests.channels.webchat.conftest import Elsewhere
from tests.channels.webchat.site import WORDS, Desk, Site, serving, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # one browser for all of them
ANSWER = """可以。怀孕期间公司不能单方面辞退您。

1. 先别签字，留好通知。
2. 向劳动仲裁委申请仲裁，不收费。
3. 想不清楚，打12338问一问。

来源：《劳动合同法》第四十二条（2012-12-28）"""

HOSTILE = (
    "<script>window.ran=1;alert(1)</script>",
    '<img src=x onerror="window.ran=1">',
    '"><svg/onload=window.ran=1>',
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "javascript:window.ran=1",
    "{{constructor.constructor('window.ran=1')()}}",
    "</textarea><a href=javascript:window.ran=1>x</a>",
    "<style>*{display:none}</style>",
    "\u202e<b>abc\u200b</b>",
)
KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
  caches: window.caches ? (await caches.keys()).length : 0,
  databases: indexedDB.databases ? (await indexedDB.databases()).length : 0,
  workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  address: location.pathname + location.search + location.hash, state: history.state,
})"""
NOTHING = {
    "local": 0, "session": 0, "cookie": "", "caches": 0, "databases": 0, "workers": 0, "address": "/", "state": None,
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with serving(Desk(), Settings()) as running:
        yield running


async def say(page: Page, text: str) -> None:
    await page.fill("#draft", text)
    await page.press("#draft", "Enter")


TWENTY_TWO = """() => {
  for (let n = 0; n < 22; n += 1) {
    document.getElementById("draft").value = `第${n}句`;
    document.querySelector("#composer .send").click();
  }
}"""


async def said(page: Page, who: str = "bot") -> list[str]:
    return await page.locator(f".{who} .bubble:not(.typing)").all_inner_texts()


async def test_ask_answer_buttons_and_a_person(site: Site, phone: Page) -> None:
    site.desk.answer = lambda inbound: [(f"收到：{inbound.text}", ("要", "不用", "找人"))]
    await phone.goto(site.url)
    await phone.click("text=工资被拖欠，怎么要回来")
    await expect(phone.locator(".her .meta")).to_have_text("已送达")
    await expect(phone.locator("#welcome")).to_have_count(0)
    await phone.click(".message .choice >> text=不用")
    await expect(phone.locator(".bot .bubble")).to_have_text(["收到：工资被拖欠，怎么要回来", "收到：不用"])
    assert await phone.locator(".message .choices").count() == 1  # only the last question can be answered by touch
    await phone.click("#person")
    await expect(phone.locator(".bot .bubble").last).to_have_text("收到：找人")
    assert site.desk.texts == ["工资被拖欠，怎么要回来", "不用", "找人"]
    assert len({inbound.external_id.split(":")[0] for inbound in site.desk.inbounds[1:]}) == 1
    assert await phone.get_attribute("a.tool", "href") == "tel:110"
    await until(lambda: len(site.desk.marked) == 3)


async def test_a_person_answers_and_the_page_says_who(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await say(phone, "你好")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：你好")
    delivery = site.desk.say(site.desk.inbounds[0].sender, "我是小李，急事打12338或110。")
    for _ in range(3):  # what the outbox repeats after a crash is confirmed again and shown once
        assert await site.chat.send(delivery)
    await expect(phone.locator(".staff .bubble")).to_have_text("我是小李，急事打12338或110。")
    await expect(phone.locator(".staff .meta")).to_have_text("工作人员")
    links = await phone.locator(".staff a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    assert links == ["tel:12338", "tel:110"]


async def test_enter_sends_shift_enter_breaks_and_choosing_characters_does_neither(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await phone.fill("#draft", "nihao")
    await phone.dispatch_event("#draft", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    await phone.dispatch_event("#draft", "keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    await phone.dispatch_event("#draft", "keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    assert await phone.input_value("#draft") == "nihao"
    await phone.press("#draft", "Shift+Enter")
    await phone.press("#draft", "a")
    await phone.press("#draft", "Enter")
    await until(lambda: site.desk.texts == ["nihao\na"])
    await say(phone, "  \n ")
    await say(phone, "第二句")
    await until(lambda: site.desk.texts == ["nihao\na", "第二句"])


async def test_what_she_writes_while_the_server_is_gone_is_sent_once_in_order(phone: Page) -> None:
    desk = Desk()
    async with serving(desk, Settings()) as site:
        port = int(site.host.split(":")[1])
        await phone.goto(site.url)
        await say(phone, "在吗")
        await expect(phone.locator(".her .meta")).to_have_text("已送达")
    await say(phone, "我老公")
    await say(phone, "昨晚又打我")
    await expect(phone.locator("#status")).to_contain_text("暂时连不上")
    await expect(phone.locator(".again").first).to_be_visible()
    assert await said(phone, "her") == ["在吗", "我老公", "昨晚又打我"]
    async with serving(desk, Settings(), port=port):
        await phone.click(".again >> nth=0")
        await expect(phone.locator(".her .meta")).to_have_text(["已送达"] * 3, timeout=20_000)
        await expect(phone.locator("#status")).to_be_hidden()
        assert desk.texts == ["在吗", "我老公", "昨晚又打我"]
        assert len({inbound.sender for inbound in desk.inbounds}) == 1
        assert await said(phone) == ["收到：在吗", "收到：我老公", "收到：昨晚又打我"]


async def test_offline_is_said_and_ends_by_itself(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await phone.context.set_offline(offline=True)
    await expect(phone.locator("#status")).to_contain_text("没有网络")
    await say(phone, "等会儿发")
    await asyncio.sleep(0.3)
    await phone.context.set_offline(offline=False)
    await expect(phone.locator(".her .meta")).to_have_text("已送达", timeout=20_000)
    await expect(phone.locator("#status")).to_be_hidden()
    assert site.desk.texts == ["等会儿发"]


async def test_without_a_socket_requests_do_it_all(site: Site, phone: Page) -> None:
    await phone.add_init_script("delete window.WebSocket")
    addresses: list[str] = []
    phone.on("request", lambda request: addresses.append(request.url))
    await phone.goto(site.url)
    await say(phone, "你好")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：你好")
    token = site.desk.inbounds[0].sender
    delivery = site.desk.say(token, "我是小李")
    assert await site.chat.send(delivery) is False
    await expect(phone.locator(".bubble").last).to_have_text("我是小李")
    await until(lambda: delivery.reply_id in site.desk.marked)
    assert not [address for address in addresses if token in address or "after" in address]


async def test_a_conversation_the_server_no_longer_knows_begins_anew(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await say(phone, "你好")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：你好")
    site.desk.replies.clear()
    site.chat._intake._known.clear()
    await say(phone, "还在吗")
    await expect(phone.locator(".her .meta").last).to_have_text("已送达")
    assert site.desk.inbounds[0].sender != site.desk.inbounds[1].sender


async def test_too_long_and_too_fast_are_said_in_words(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await say(phone, "长" * 22_000)
    await expect(phone.locator(".her .meta")).to_have_text("内容太长，请分成几条发送", timeout=20_000)
    await phone.evaluate(TWENTY_TWO)  # at once, on however slow a machine
    await expect(phone.locator("#status")).to_contain_text("发得有点快")
    await expect(phone.locator(".her .meta").last).to_have_text("已送达", timeout=20_000)
    assert site.desk.texts == [f"第{n}句" for n in range(22)]


async def test_text_is_text(site: Site, phone: Page) -> None:
    site.desk.answer = lambda inbound: [(inbound.text, (inbound.text[:60],))]
    await phone.goto(site.url)
    for text in HOSTILE:
        await say(phone, text)
        await expect(phone.locator(".bot .bubble").last).to_have_text(text)
    assert await phone.evaluate("window.ran") is None
    assert await phone.locator("#log").locator("script, img, svg, iframe, style, b").count() == 0
    await expect(phone.locator("#leave")).to_be_visible()


@pytest.mark.parametrize("way", ["Escape", "click"])
async def test_leaving_is_at_once_although_the_server_hangs(
    browser: Browser, phone: Page, elsewhere: Elsewhere, way: str
) -> None:
    async with serving(Desk(delay=20), Settings(leave_url=elsewhere.url)) as site:
        took = []
        for _ in range(3):
            await phone.goto("about:blank")
            await phone.goto(site.url)
            await phone.click("#back")
            await phone.fill("#words", "秘密")
            await say(phone, "秘密")
            asked = len(elsewhere.asked_at)
            began = time.monotonic()
            await (phone.press("#words", "Escape") if way == "Escape" else phone.click("#leave"))
            await until(lambda asked=asked: len(elsewhere.asked_at) > asked)  # type: ignore[misc]  # bound early
            took.append(elsewhere.asked_at[-1] - began)
            await phone.wait_for_url(elsewhere.url)
        assert min(took) < 0.3
        for _ in range(5):
            with contextlib.suppress(Exception):  # about:blank answers nothing
                await phone.go_back(timeout=1000)
            assert site.host not in phone.url
        assert len(browser.contexts) == 1


async def test_leaving_while_the_next_site_hangs_shows_nothing(phone: Page) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), 4)
        writer.close()

    hung = await asyncio.start_server(silent, "127.0.0.1", 0)
    leave_url = f"http://127.0.0.1:{hung.sockets[0].getsockname()[1]}/"
    async with serving(Desk(), Settings(leave_url=leave_url)) as site:
        await phone.goto(site.url)
        await say(phone, "秘密")
        await expect(phone.locator(".bot .bubble")).to_have_text("收到：秘密")
        wiped = await phone.evaluate(
            """() => { document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
                       return [document.body.textContent, document.title.trim().length < 2]; }"""
        )
        assert wiped == ["", True]
        await until(lambda: not site.chat._pages)  # the line is closed, and nothing was told
    hung.close()


async def test_going_away_otherwise_leaves_a_blank_page_too(phone: Page, site: Site, elsewhere: Elsewhere) -> None:
    await phone.goto(site.url)
    await say(phone, "秘密")
    await phone.fill("#draft", "没发的秘密")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：秘密")
    await phone.goto(elsewhere.url)
    await phone.go_back()
    await expect(phone.locator("#welcome")).to_be_visible()
    assert "秘密" not in await phone.content()
    assert await phone.input_value("#draft") == ""
    await phone.reload()
    assert "秘密" not in await phone.content()


async def test_a_kept_picture_of_the_page_is_wiped_before_it_is_kept(phone: Page, site: Site) -> None:
    await phone.goto(site.url)
    await say(phone, "秘密")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：秘密")
    assert await phone.evaluate("() => { dispatchEvent(new Event('pagehide')); return document.body.innerHTML; }") == ""
    async with phone.expect_navigation():
        await phone.evaluate("() => { dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); }")
    await expect(phone.locator("#welcome")).to_be_visible()


async def test_nothing_is_kept_on_the_phone(phone: Page, site: Site) -> None:
    await phone.goto(site.url)
    await say(phone, "秘密")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：秘密")
    assert await phone.evaluate(KEPT) == NOTHING
    assert await phone.context.cookies() == []
    assert await phone.evaluate("history.length") <= 2
    assert await phone.title() == "在线咨询"
    names = await phone.locator("input:not([type=file]), textarea").evaluate_all(
        "fields => fields.map(f => [f.name, f.autocomplete])"
    )
    assert names == [["", "off"], ["", "off"]]


async def test_three_words_bring_back_what_was_said(phone: Page, site: Site) -> None:
    await phone.goto(site.url)
    await phone.click("#back")
    await phone.fill("#words", "荷花 雨伞 大桥")
    await phone.press("#words", "Enter")
    await expect(phone.locator("#words-error")).to_have_text("没有对上，请再看看这三个词")
    await phone.fill("#words", WORDS)
    await phone.click("#words-send")
    await expect(phone.locator(".bubble")).to_have_text(["上次问过工资的事", "已经记下了。", "您好，材料收到了。"])
    await expect(phone.locator(".divider")).to_have_text(["之前的对话", "现在"])
    await expect(phone.locator("#words-form")).to_be_hidden()
    await say(phone, "接着说")
    await expect(phone.locator(".bubble").last).to_have_text("收到：接着说")
    assert site.desk.inbounds[-1].sender == "earlier"
    assert await site.chat.send(site.desk.say("earlier", "新消息"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 480), (1280, 800)])
async def test_it_fits(phone: Page, site: Site, tmp_path: Path, scheme: str, width: int, height: int) -> None:
    site.desk.answer = lambda _inbound: [(ANSWER, ("有用", "没解决", "都不是", "找人"))]
    await phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await phone.set_viewport_size({"width": width, "height": height})
    await phone.goto(site.url)
    await phone.screenshot(path=tmp_path / f"first-{scheme}-{width}.png")
    await say(phone, "怀孕了，公司要辞退我，怎么办？" + "x" * 200)
    await expect(phone.locator(".message .choice")).to_have_count(4)
    # A long answer is read from its beginning.
    tops = "log => [log.scrollTop, log.querySelector('.bot').offsetTop]"
    scrolled, top = await phone.locator("#log").evaluate(tops)
    assert scrolled < top
    await phone.screenshot(path=tmp_path / f"answer-{scheme}-{width}.png")
    assert await phone.evaluate("document.documentElement.scrollWidth") <= width
    small = await phone.locator("button:visible, a.tool, a.leave, textarea, input:visible").evaluate_all(
        "nodes => nodes.filter(n => n.getBoundingClientRect().height < 44).map(n => n.outerHTML)"
    )
    assert small == []
    for name in ("#leave", "#person", "a.tool", "#draft"):
        box = await phone.locator(name).first.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
