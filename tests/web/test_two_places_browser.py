"""In a real browser: a reply that goes to two channels shows both states; staff forget her when she asks them to."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.core import micros
from store import Tx, casework, conversations, tickets
from tests.web.test_workbench_browser import desk_of, press
from tests.web.workbench_site import Site, Woman, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("places")) as running_site:
        yield running_site


def reads_on_wechat_too(tx: Tx, woman: Woman) -> None:
    """She uses WeChat as well and wants replies on both."""
    made = conversations.create(
        tx, inbox="wechat:wx1", address="open-id", token="t" * 22, contact_id=woman.contact_id, now=micros()
    )
    both = {made.id: True, woman.conversation_id: True}
    conversations.receive(tx, woman.contact_id, both)


def test_a_reply_to_two_channels_shows_what_became_of_it_on_each(site: Site, browser: Browser) -> None:
    woman = site.woman("公司要辞退我")
    site.unit(lambda tx: reads_on_wechat_too(tx, woman))
    with desk_of(browser, site, "li", woman.path) as page:
        expect(page.locator(".her .words")).to_have_text("公司要辞退我")
        page.locator(".reply textarea").fill("明天九点陪您去")
        page.keyboard.press("Control+Enter")
        fates = page.locator(".staff .delivery")
        expect(fates).to_have_text(["网页 排队", "微信 排队"])
        expect(page.locator(".staff .words")).to_have_count(1)
        site.post("/test/fetched")  # her page only
        expect(fates).to_have_text(["网页 已取", "微信 排队"])


def test_staff_forget_her_and_read_out_the_receipt(site: Site, browser: Browser) -> None:
    woman = site.woman("我想删除记录")
    with desk_of(browser, site, "li", woman.path) as page:
        press(page, "更多")
        expect(page.locator(".more .btn-item").first).to_be_visible()
        expect(page.get_by_role("button", name="按她的要求删除记录…")).to_have_count(0)  # a lead does this
    with desk_of(browser, site, "sun", woman.path) as page:
        expect(page.locator(".her .words")).to_have_text("我想删除记录")
        press(page, "更多")
        press(page, "按她的要求删除记录…")
        press(page, "删除")
        expect(page.locator(".q-notification")).to_contain_text("请写一句怎么核对")
        page.get_by_label("怎么核对的", exact=True).fill("回拨核对过")
        press(page, "删除")
        told = page.locator(".q-notification", has_text="回执号")
        expect(told).to_have_text(re.compile(r"SC\d{4}-\d{4}-\d{4}"))
        expect(page.locator(".her .words")).to_have_count(0)
        press(page, "念过了")
        expect(told).to_have_count(0)
    assert site.read(lambda tx: casework.hidden(tx, woman.contact_id))
    assert site.read(lambda tx: tickets.seen_by(tx, woman.ticket_id, seat_id=site.seat["sun"], units=None)) is None
