"""无痕: another title, a cover when she looks elsewhere, away by itself; and a page a screen reader can use."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.settings import Settings
from tests.channels.webchat.conftest import Elsewhere
from tests.channels.webchat.site import Desk, Site, serving
from tests.channels.webchat.test_page import KEPT, NOTHING, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
LOOKS_AWAY = """() => {
  Object.defineProperty(document, "hidden", {value: true, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def site(elsewhere: Elsewhere) -> AsyncIterator[Site]:
    settings = Settings(leave_url=elsewhere.url, page_title="服务窗口", quiet_title="今日菜谱")
    async with serving(Desk(), settings) as running:
        yield running


async def test_another_title_and_a_cover(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    assert await phone.title() == "服务窗口"
    await say(phone, "秘密")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：秘密")
    await phone.evaluate(LOOKS_AWAY)
    await expect(phone.locator("#cover")).to_be_hidden()  # not unless she asked for it
    await phone.get_by_role("button", name="无痕").click()
    await expect(phone.get_by_role("button", name="无痕")).to_have_attribute("aria-pressed", "true")
    await expect(phone.locator("#status")).to_contain_text("3 分钟没有动作就自动离开")
    assert await phone.title() == "今日菜谱"
    await expect(phone.locator("h1")).to_have_text("今日菜谱")
    await phone.focus("#draft")
    await phone.evaluate(LOOKS_AWAY)
    for name in ("#log", "#draft", "#leave", "h1"):
        await expect(phone.locator(name)).to_be_hidden()
    await expect(phone.get_by_role("button", name="继续")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".bot .bubble")).to_be_visible()
    await expect(phone.locator("#draft")).to_be_focused()
    assert await phone.evaluate(KEPT) == NOTHING
    await phone.get_by_role("button", name="无痕").click()
    assert await phone.title() == "服务窗口"
    await phone.reload()
    await expect(phone.get_by_role("button", name="无痕")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("covered", [False, True])
async def test_away_after_three_minutes_without_a_touch(
    site: Site, phone: Page, elsewhere: Elsewhere, *, covered: bool
) -> None:
    await phone.clock.install()
    await phone.goto(site.url)
    await say(phone, "秘密")
    await phone.click("#quiet")
    await phone.clock.fast_forward(170_000)
    await phone.press("#draft", "a")
    if covered:
        await phone.evaluate(LOOKS_AWAY)
    await phone.clock.fast_forward(170_000)
    assert phone.url == f"{site.url}/"
    await phone.clock.fast_forward(11_000)
    await phone.wait_for_url(elsewhere.url)
    await phone.go_back()
    assert site.host not in phone.url


async def test_escape_leaves_through_the_cover(site: Site, phone: Page, elsewhere: Elsewhere) -> None:
    await phone.goto(site.url)
    await phone.click("#quiet")
    await phone.evaluate(LOOKS_AWAY)
    await phone.keyboard.press("Escape")
    await phone.wait_for_url(elsewhere.url)


UNNAMED = """nodes => nodes.filter(node => {
  const label = node.getAttribute("aria-label") || node.textContent.trim() ||
    (node.labels && node.labels.length ? node.labels[0].textContent.trim() : "");
  return !label;
}).map(node => node.outerHTML)"""


async def test_everything_has_a_name_and_replies_are_read_out(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await phone.click("#back")
    await phone.click("#attach")
    used = phone.locator("button, a[href], textarea, input:not([type=file])")
    assert await used.evaluate_all(UNNAMED) == []
    assert await phone.evaluate("document.documentElement.lang") == "zh-CN"
    for role, count in (("heading", 1), ("main", 1), ("banner", 1), ("contentinfo", 1), ("log", 1)):
        await expect(phone.get_by_role(role)).to_have_count(count)  # type: ignore[arg-type]  # names of roles
    log = phone.get_by_role("log", name="对话")
    assert await log.get_attribute("aria-live") == "polite"
    await say(phone, "你好")
    await expect(log).to_contain_text("收到：你好")
    ids = await phone.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))
    pointed = await phone.locator("[aria-controls]").evaluate_all(
        "nodes => nodes.map(node => document.getElementById(node.getAttribute('aria-controls')) !== null)"
    )
    assert pointed == [True, True]
    for name, opener in (("#words-form", "#back"), ("#attach-panel", "#attach")):
        await expect(phone.locator(opener)).to_have_attribute("aria-expanded", "true")
        await expect(phone.locator(name)).to_be_visible()
    await expect(phone.get_by_role("alert")).to_have_count(0)
    await phone.fill("#words", "不对 不对 不对")
    await phone.press("#words", "Enter")
    await expect(phone.get_by_role("alert")).to_have_text("没有对上，请再看看这三个词")


async def test_by_keyboard_alone_the_way_out_comes_first(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    reached = []
    for _ in range(12):
        await phone.keyboard.press("Tab")
        reached.append(await phone.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert reached[0] == "leave"
    for wanted in ("person", "back", "quiet", "attach", "draft"):
        assert wanted in reached
    assert "photo" not in reached
    assert "file" not in reached
