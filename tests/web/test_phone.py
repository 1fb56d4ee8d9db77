"""The telephone desk in a real browser on the real program: the whole story by keyboard alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from store import Tx, access_log, alarms, callbacks, calls, sessions, tickets
from store.calls import Call
from store.rows import Ticket
from tests.web.phone_site import PATIENCE, PhoneSite, desk_of, phone_site, sign_in
from web.auth.errors import Forbidden

pytestmark = pytest.mark.browser
GRAVE = "她说老公拿着刀在砸门，孩子也在，住平江路"
MILD = "想问问产假能休多少天，公司说只给98天"
expect.set_options(timeout=PATIENCE)
HOSTILE = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneSite]:
    with phone_site(tmp_path_factory.mktemp("phone")) as running_site:
        yield running_site


@pytest.fixture(autouse=True)
def nothing_left(site: PhoneSite) -> None:
    """Each test begins with an empty desk."""

    def clear(tx: Tx) -> None:
        for seat_id in site.seat.values():
            for call in calls.drafts(tx, seat_id):
                calls.change(tx, call, {"state": calls.ENDED, "outcome": "hung_up"})

    site.unit(clear)


def answer(page: Page, text: str = "", number: str = "") -> None:
    """A call comes in, by keyboard alone."""
    expect(page.locator(".phone-box")).to_be_visible(timeout=PATIENCE)
    known = page.get_by_role("tab").count()
    page.keyboard.press("Alt+n")
    expect(page.get_by_role("tab")).to_have_count(known + 1)
    box = page.locator(".call-text")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    if number:
        page.keyboard.press("Alt+p")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(box).to_be_focused()
        expect(page.locator("#number-hint")).to_contain_text("****")
    page.keyboard.type(text)


def saved(page: Page) -> None:
    expect(page.locator(".call-acts .saved")).to_have_text("已保存")


def said(page: Page, text: str) -> None:
    expect(page.locator(".q-notification", has_text=text).first).to_be_visible()


def ended(page: Page, digit: str) -> None:
    page.keyboard.press("Alt+g")
    expect(page.locator(".outcomes")).to_be_visible()
    page.keyboard.press(digit)
    expect(page.locator(".outcomes")).to_be_hidden()


def newest(site: PhoneSite, login: str = "li") -> Call:
    return site.read(lambda tx: calls.drafts(tx, site.seat[login]))[-1]


def ticket_of(site: PhoneSite, call: Call) -> Ticket:
    found = site.read(lambda tx: tickets.get(tx, call.ticket_id or 0))
    assert found is not None
    return found


def test_danger_by_keyboard_alone_from_the_first_word_to_the_alarm(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page, desk_of(browser, site, "chen", "/desk") as on_duty:
        expect(page.locator(".call-none")).to_be_visible()
        answer(page, GRAVE, "13812345678")
        expect(page.locator(".phone-strip")).to_contain_text("危急 · 正在发生的暴力")
        card = page.locator(".place-script")
        expect(card.locator(".script-number")).to_have_text("110")
        expect(card).to_contain_text("能走就走，到有人的地方去")  # for herself, although it is written of 她
        expect(card).to_contain_text("您现在方便说话吗？")
        expect(page.locator(".place-topics")).to_contain_text("开单按：家庭暴力 · 姑苏区")
        expect(page.locator(".place-articles .article")).not_to_have_count(0)
        saved(page)
        page.wait_for_timeout(1200)  # the sign lasts
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        expect(page.locator(".call-acts .saved")).to_have_text("")
        expect(page.locator(".phone-strip")).to_contain_text("危急")  # the words are gone, the danger is not
        page.keyboard.press("Alt+g")
        said(page, "有危险信号")
        expect(page.locator(".outcomes")).to_be_hidden()
        page.keyboard.type(GRAVE)
        page.keyboard.press("Control+Enter")
        said(page, "已开单")
        call = newest(site)
        ticket = ticket_of(site, call)
        assert (ticket.danger_kind, ticket.danger_level, ticket.unit) == ("violence_now", "immediate", "gusu")
        assert len(site.read(lambda tx: alarms.of_ticket(tx, ticket.id))) == 1
        bar = on_duty.locator(".alarm.ringing", has_text=ticket.number)
        expect(bar).to_contain_text("正在呼叫您", timeout=PATIENCE)
        expect(page.locator(".words-code")).to_have_text(re.compile(r"^\S+ \S+ \S+$"))
        expect(page.locator(".call-text")).to_be_focused()
        ended(page, "2")
        expect(page.locator(".call-none")).to_be_visible()
        facts = site.read(lambda tx: tickets.facts(tx, ticket))
        assert facts == {"what": GRAVE, "contact": "13812345678"}
        assert "13812345678" not in page.content()


def test_a_second_call_while_the_first_is_open(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, MILD)
        expect(page.locator(".place-topics")).to_contain_text("孕产")
        answer(page, "老板欠了三个月工资不给")
        expect(page.locator(".place-topics")).to_contain_text("欠薪")
        box, tabs = page.locator(".call-text"), page.get_by_role("tab")
        expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Alt+j")
        expect(box).to_have_value(MILD)
        expect(page.locator(".place-topics")).to_contain_text("孕产")
        expect(box).to_be_focused()
        page.keyboard.press("Escape")
        page.keyboard.press("k")  # outside the box the letter alone
        expect(box).to_have_value("老板欠了三个月工资不给")
        ended(page, "1")
        expect(tabs).to_have_count(1)
        expect(box).to_have_value(MILD)
        ended(page, "1")
        expect(page.locator(".call-none")).to_be_visible()


def test_drafts_survive_reload_sign_out_and_crash(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, "第一通的话")
        saved(page)
        answer(page, GRAVE)
        saved(page)
        page.reload()
        tabs, box = page.get_by_role("tab"), page.locator(".call-text")
        expect(tabs).to_have_count(2)
        expect(box).to_have_value(GRAVE)
        expect(page.locator(".phone-strip")).to_contain_text("危急")
        page.keyboard.press("Alt+k")
        expect(box).to_have_value("第一通的话")

        expect(box).to_be_focused()
        site.unit(lambda tx: sessions.end_all(tx, site.seat["li"], now=1))
        page.keyboard.insert_text("，又说了")  # into a page whose sign-in has just ended
        expect(page).to_have_url(re.compile("/desk/sign-in"), timeout=30_000)
        sign_in(page, "li")
        expect(tabs).to_have_count(2)
        page.keyboard.press("Alt+k")
        expect(box).to_have_value("第一通的话，又说了")
        saved(page)

        site.program.kill()
        box.press_sequentially("，还没完")  # typed while nobody listened
        site.program.start()
        expect(tabs).to_have_count(2, timeout=60_000)
        page.wait_for_timeout(500)
        if "第一通" not in box.input_value():
            page.keyboard.press("Alt+k")
        expect(box).to_have_value("第一通的话，又说了，还没完", timeout=60_000)
        saved(page)
        page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.startsWith('halfsky.call'))")
    bodies = {call.body for call in site.read(lambda tx: calls.drafts(tx, site.seat["li"]))}
    assert bodies == {"第一通的话，又说了，还没完", GRAVE}


def test_a_reason_dismisses_it_and_new_words_raise_it_again(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, "他拿着刀在砸门。")
        expect(page.locator(".phone-strip")).to_contain_text("危急")
        page.keyboard.press("Alt+x")
        why = page.get_by_label("依据", exact=True)
        expect(why).to_be_focused()
        page.get_by_role("button", name="解除，记在我名下").click()
        said(page, "请写一句判断的依据")
        why.fill("她在念一条新闻")
        page.get_by_role("button", name="解除，记在我名下").click()
        expect(page.locator(".phone-strip .danger-strip")).to_have_count(0)
        page.locator(".call-text").press_sequentially("她问保护令怎么申请。")
        saved(page)
        page.wait_for_timeout(1500)
        expect(page.locator(".phone-strip .danger-strip")).to_have_count(0)
        page.locator(".call-text").press_sequentially("他现在把我关在家里不让出门，还要打死我。")
        expect(page.locator(".phone-strip .danger-strip")).to_be_visible()
        call = newest(site)
        steps = site.read(lambda tx: calls.steps(tx, call))
        assert "她在念一条新闻" in [step.note for step in steps]
        looks = site.read(lambda tx: access_log.of_seat(tx, site.seat["li"], since=0))
        assert "call.dismiss" in [look.action for look in looks]


def test_earlier_calls_are_hidden_until_a_reason_is_logged(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, "上一次的秘密", "13700001111")
        saved(page)
        ended(page, "6")
        answer(page, "", "13700001111")
        expect(page.get_by_role("button", name=re.compile("同号来电 1 次"))).to_be_visible()
        assert "上一次的秘密" not in page.content()
        page.keyboard.press("Alt+r")
        expect(page.locator(".ask:visible")).to_contain_text("同号，未必同一人")
        page.get_by_role("button", name="记下原因并查看").click()
        said(page, "请写一句为什么")
        assert "上一次的秘密" not in page.content()
        page.get_by_label("原因", exact=True).fill("她说上周打过")
        page.get_by_role("button", name="记下原因并查看").click()
        expect(page.locator(".earlier")).to_contain_text("上一次的秘密")
        looks = site.read(lambda tx: access_log.of_seat(tx, site.seat["li"], since=0))
        assert looks[0].action == "call.earlier"
        page.keyboard.press("Escape")
        expect(page.locator(".earlier li")).to_have_count(0)


def test_a_call_back_opens_the_ticket_and_is_due(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, "公司拖欠工资三个月，她在上班不方便说", "13611112222")
        expect(page.locator(".place-topics")).to_contain_text("开单按")
        page.keyboard.press("Alt+c")
        expect(page.locator(".ask:visible")).to_be_visible()
        expect(page.get_by_label("打这个号码")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type("下午三点以后")
        page.get_by_role("button", name="约好了").press("Enter")
        said(page, "已约回拨")
        expect(page.locator(".ask")).to_have_count(0)
        call = newest(site)
        made = site.read(lambda tx: callbacks.open_of_ticket(tx, call.ticket_id or 0))
        assert made is not None
        assert (made.masked, made.safe_words) == ("136****22", "下午三点以后")
        ended(page, "3")


def test_a_silent_call_has_its_card_and_is_looked_at_again(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page, desk_of(browser, site, "chen") as other:
        answer(page, "", "13533334444")
        page.keyboard.press("Alt+m")
        expect(page.locator(".place-script")).to_contain_text("别急着挂")
        expect(page.locator(".place-script")).to_contain_text("敲一下")
        ended(page, "8")
        row = other.locator(".missed-row", has_text="135****44")
        expect(row).to_contain_text("沉默来电，可能有危险")
        expect(row).to_contain_text("分钟")


def test_missed_calls_are_pasted_taken_and_called_back_by_keyboard(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page, desk_of(browser, site, "chen") as other:
        expect(page.locator(".missed")).to_contain_text("电话交换机没有接入本系统")
        expect(page.locator(".phone-box")).to_be_visible(timeout=PATIENCE)
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        page.get_by_label("未接的号码").fill("00:00 13911110001\n00:00 13911110002\n不是号码")
        page.get_by_role("button", name="登记", exact=True).click()
        said(page, "登记了 2 条，1 行没看懂")
        expect(page.get_by_label("未接的号码")).to_have_value("不是号码")
        page.keyboard.press("Escape")
        row, seen = page.locator(".missed-row", has_text="139"), other.locator(".missed-row", has_text="139")
        expect(row).to_have_count(2)
        expect(seen).to_have_count(2)
        assert "13911110001" not in page.content()
        row.first.get_by_role("button", name="我来回拨").press("Enter")
        expect(row.first).to_contain_text("13911110001")
        expect(seen.first).to_contain_text("李小芸在回拨")
        expect(seen.first.get_by_role("button")).to_have_count(0)
        assert "13911110001" not in other.content()
        row.first.get_by_role("button", name="打通了，开始记").press("Enter")
        expect(page.locator(".call-text")).to_be_focused()
        expect(page.get_by_role("tab")).to_contain_text("139****01")
        page.keyboard.type("她问法律援助在哪里申请")
        saved(page)
        ended(page, "1")
        row.first.get_by_role("button", name="我来回拨").press("Enter")
        expect(row.first).to_contain_text("13911110002")
        expect(seen.first).to_contain_text("李小芸在回拨")  # what happened has reached everybody's list, hers too
        row.first.get_by_role("button", name="没人接").press("Enter")
        expect(row.first).to_contain_text("回拨过 1 次")


def test_other_units_and_the_administrator_see_nothing(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, "姑苏的电话", "13488889999")
        saved(page)
    with desk_of(browser, site, "zhao") as page:
        expect(page.locator(".call-none")).to_be_visible()
        answer(page, "", "13488889999")
        expect(page.get_by_role("button", name=re.compile("同号来电"))).to_have_count(0)
        assert "姑苏的电话" not in page.content()
    with desk_of(browser, site, "root", "/desk") as page:
        expect(page.get_by_role("link", name="来电", exact=True)).to_have_count(0)
        refused = page.goto(site.program.base + "/desk/phone")
        assert refused is not None
        assert refused.status == Forbidden.status


def test_an_input_method_keeps_its_keys_and_hostile_words_stay_words(site: PhoneSite, browser: Browser) -> None:
    with desk_of(browser, site, "li") as page:
        answer(page, HOSTILE)
        saved(page)
        composing = (
            "new KeyboardEvent('keydown', {code: 'KeyN', altKey: true, isComposing: true, bubbles: true})",
            "new KeyboardEvent('keydown', {code: 'Enter', ctrlKey: true, keyCode: 229, bubbles: true})",
        )
        for event in composing:
            page.evaluate(f"document.querySelector('.call-text').dispatchEvent({event})")
        page.keyboard.press("Alt+/")
        expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".call-text")).to_be_focused()
        expect(page.get_by_role("tab")).to_have_count(1)
        assert newest(site).ticket_id is None
        page.reload()
        expect(page.locator(".call-text")).to_have_value(HOSTILE)
        assert page.evaluate("window.pwned === undefined")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_cut_off(site: PhoneSite, browser: Browser, width: int, dark: bool, tmp_path: Path) -> None:
    with desk_of(browser, site, "li", width=width, dark=dark) as page:
        answer(page, GRAVE)
        expect(page.locator(".phone-strip")).to_contain_text("危急")
        saved(page)
        page.screenshot(path=tmp_path / "phone.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = page.evaluate(
            "[...document.querySelectorAll('.phone *')]"
            ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"
        )
        assert wide == []
