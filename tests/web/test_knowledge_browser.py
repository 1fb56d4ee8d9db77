"""The knowledge pages in a real browser on the real program: what is approved is the next answer she gets."""

import functools
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.core import micros
from store import open_store, seats
from tests.running import Program
from tests.web.test_workbench_browser import press, sign_in
from tests.web.workbench_site import LIGHT, PASSWORD, _apart

pytestmark = pytest.mark.browser
NAME, QUESTION = "rights-legal-aid-apply", "怎么申请法律援助"
NEW = "先打12348问一问"
SECONDS = 20.0  # a busy machine; on a quiet one it takes two or three
LEADS = (("wang", "王芳"), ("sun", "孙丽"))


@dataclass(frozen=True)
class Site:
    program: Program

    def ask(self, *texts: str) -> str:
        """What a new woman reads after the last of these."""
        answer: dict[str, Any] = {"conversation": None}
        for text in texts:
            body = {"conversation": answer["conversation"], "id": secrets.token_urlsafe(18), "text": text}
            answer = httpx.post(f"{self.program.base}/api/messages", json=body, timeout=30).json()
        return "\n".join(reply["text"] for reply in answer["replies"])

    def until(self, wanted: bool) -> float:
        """Seconds until the answer does, or does not, hold the new words."""
        begun = time.monotonic()
        while (NEW in self.ask(QUESTION)) is not wanted:
            assert time.monotonic() - begun < SECONDS
            time.sleep(0.3)
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    var = tmp_path_factory.mktemp("knowledge") / "var"
    store = open_store(f"sqlite:///{var / 'halfsky.db'}", var / "keys" / "master.json")
    hashed = LIGHT.hash_now(PASSWORD)
    for login, name in LEADS:
        add = functools.partial(seats.add, login=login, name=name, role="lead", unit="sz", password=hashed)
        _apart(store.unit, functools.partial(add, now=micros(), must_change=False))
    store.close()
    program = Program(Path(var))
    program.start()
    try:
        yield Site(program)
    finally:
        program.kill()


@contextmanager
def desk_of(browser: Browser, site: Site, login: str, path: str, width: int = 1280) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(site.program.base + path)
    sign_in(page, login)
    yield page
    assert wrong == []
    context.close()


def test_an_edit_answers_after_a_second_person_and_retiring_ends_it(site: Site, browser: Browser) -> None:
    assert "依据" in site.ask(QUESTION)
    path = f"/desk/articles/{NAME}"
    with desk_of(browser, site, "wang", path) as page:
        answer = page.get_by_label("短答", exact=True)
        before = answer.input_value()
        answer.fill(f"{NEW}。{before}")
        for channel in ("网页", "微信", "Telegram"):
            expect(page.locator(f"section[aria-label='{channel}'] .words")).to_contain_text(NEW)
        expect(page.locator(".change.new").first).to_contain_text(NEW)
        press(page, "交给同事批准")
        expect(page.get_by_text("批准前她看到的不变")).to_be_visible()
        press(page, "批准")
        expect(page.get_by_text("自己改的要由另一位同事批准")).to_be_visible()
    assert NEW not in site.ask(QUESTION)
    with desk_of(browser, site, "sun", path) as page:
        expect(page.get_by_text(re.compile("等批准，王芳改的"))).to_be_visible()
        press(page, "批准")
        expect(page.get_by_text("几秒内生效")).to_be_visible()
    assert site.until(True) < SECONDS
    with desk_of(browser, site, "sun", path) as page:
        press(page, "退役…")
        page.get_by_label("为什么", exact=True).fill("办法变了")
        press(page, "退役")
        expect(page.get_by_text("已退役，不回答。")).to_be_visible()
        expect(page.get_by_text("办法变了")).to_be_visible()
    assert site.until(False) < SECONDS
    assert "困难标准" not in site.ask(QUESTION)


def test_a_faulty_article_cannot_be_handed_in(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", "/desk/articles/rights-maternity-leave") as page:
        page.get_by_label("短答", exact=True).fill("江苏产假128天，我们保证。")
        expect(page.locator(".faults")).to_contain_text("128天")
        expect(page.locator(".faults")).to_contain_text("保证")
        press(page, "交给同事批准")
        expect(page.get_by_text(re.compile("还有 . 处要改"))).to_be_visible()


def test_the_list_filters_and_a_shipped_article_is_confirmed(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", "/desk/articles?show=review") as page:
        rows = page.locator("tbody tr")
        expect(rows.first).to_be_visible()
        count = rows.count()
        rows.locator("a").first.click()
        press(page, "确认无误")
        expect(page.get_by_text("王芳看过")).to_be_visible()
        page.goto(f"{site.program.base}/desk/articles?show=review")
        expect(rows).to_have_count(count - 1 if count < 200 else 200)


def test_a_new_value_says_what_it_reaches_and_a_second_person_approves(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", "/desk/parameters") as page:
        row = page.locator("tr", has_text="{{ cooling_off_days }}")
        row.get_by_role("button", name="改").click()
        page.get_by_label("值（数字）").fill("45")
        page.get_by_label("从哪天起（空着＝一直）").fill("2027-01-01")
        press(page, "交给同事批准")
        expect(page.get_by_text(re.compile("会改变 [1-9]\\d* 篇文章"))).to_be_visible()
    with desk_of(browser, site, "sun", "/desk/parameters") as page:
        expect(page.get_by_text("离婚冷静期 改为 45日，2027-01-01起，王芳提交")).to_be_visible()
        press(page, "批准")
        expect(page.locator("tr", has_text="45日")).to_be_visible()


def test_what_did_not_help_starts_an_article_or_a_variant(site: Site, browser: Browser) -> None:
    hers = "产假能休多久呀"
    for _ in range(2):
        assert "说得再细一点" in site.ask(hers, "没解决")
    with desk_of(browser, site, "wang", "/desk/questions") as page:
        row = page.locator("tr", has_text=hers)
        expect(row).to_contain_text("2 次")
        expect(row).to_contain_text("其中 2 次点了没解决")
        row.get_by_role("link", name="写一篇").click()
        expect(page.get_by_label("她会怎么问", exact=True)).to_have_value(hers)
        page.go_back()
        row.get_by_role("link", name=re.compile("的问法")).click()
        expect(page.get_by_label("她会怎么问", exact=True)).to_have_value(re.compile(hers))
        expect(page.get_by_label("编号", exact=True)).to_have_value("rights-maternity-leave")


def test_the_calculator_page(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", "/desk/calculators") as page:
        page.get_by_label("从哪天算起").fill("2026-03-05")
        press(page, "算")
        expect(page.get_by_text(re.compile("休到2026年6月10日"))).to_be_visible()
        expect(page.get_by_text("还缺：江苏延长的产假天数")).to_be_visible()


@pytest.mark.parametrize("path", ["/desk/articles", "/desk/articles/rights-dv-police", "/desk/parameters"])
def test_nothing_is_wider_than_a_phone(path: str, site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", path, width=360) as page:
        expect(page.locator(".sheet").first).to_be_visible()
        assert page.evaluate("document.querySelector('.sheet-scroll').scrollWidth") <= 360
