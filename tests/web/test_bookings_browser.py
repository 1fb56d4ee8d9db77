"""Reception days and owed calls in a real browser: only one's own unit, every step by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from store import bookings, callbacks, tickets
from tests.tickets.casework_desk import build_service
from tests.web.test_workbench_browser import desk_of, press
from tests.web.workbench_site import Site, running
from tickets import callbacks as calls

pytestmark = pytest.mark.browser
NUMBER = "13812345678"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("bookings")) as running_site:
        yield running_site


def test_a_series_is_made_booked_for_a_caller_and_called_off(site: Site, browser: Browser, tmp_path: Path) -> None:
    woman = site.woman("想约个律师")
    with desk_of(browser, site, "li", "/desk/bookings") as page:
        expect(page.locator(".sheet")).to_contain_text("这几周还没有时段")
        press(page, "建一批时段…")
        page.get_by_label("地点", exact=True).fill("三楼接待室")
        page.get_by_label("每段几个人", exact=True).fill("2")
        press(page, "建")
        expect(page.locator(".sheet .table tr").first).to_contain_text("已约 0 / 2")
        press(page, "代约…")
        page.get_by_label("工单编号", exact=True).fill(woman.number)
        press(page, "约")
        expect(page.locator(".sheet .table tr").first).to_contain_text(woman.number)
        expect(page.locator(".sheet .table tr").first).to_contain_text("已约 1 / 2")
        page.screenshot(path=str(tmp_path / "bookings.png"))
        press(page, "取消时段…")
        press(page, "取消时段")
        expect(page.locator(".sheet .table tr").first).to_contain_text("已取消")
    (one,) = site.read(lambda tx: bookings.of_ticket(tx, woman.ticket_id))
    assert (one.state, one.ended_by, one.slot.unit) == ("cancelled", "seat", "gusu")
    with desk_of(browser, site, "zhao", "/desk/bookings") as page:
        expect(page.locator(".sheet")).to_contain_text("这几周还没有时段")


def test_a_call_has_a_reason_and_an_outcome(site: Site, browser: Browser, tmp_path: Path) -> None:
    woman = site.woman("请给我打电话")
    service = build_service()
    now = site.read(lambda tx: tickets.get(tx, woman.ticket_id)).created_at  # type: ignore[union-attr]  # just opened
    site.unit(lambda tx: calls.asked(service, tx, woman.ticket_id, number=NUMBER, safe_words="随便", now=now))
    with desk_of(browser, site, "li", "/desk/callbacks") as page:
        line = page.locator(".sheet tr", has_text=woman.number)
        expect(line).to_contain_text("138****78")
        expect(line).to_contain_text("别说是谁")
        assert NUMBER not in page.content()
        press(page, "看号码…")
        page.locator(".ask:visible").get_by_label("原因", exact=True).fill("现在回拨")
        press(page, "记下原因并查看")
        expect(page.locator(".ask:visible .words-code")).to_have_text(NUMBER)
        press(page, "关闭")
        page.screenshot(path=str(tmp_path / "calls.png"))
        press(page, "记结果…")
        page.locator(".ask:visible").get_by_label("说了什么", exact=True).fill("她明天上午来")
        press(page, "记下")
        expect(page.locator(".sheet")).not_to_contain_text(woman.number)
    assert site.read(lambda tx: callbacks.open_of_ticket(tx, woman.ticket_id)) is None
