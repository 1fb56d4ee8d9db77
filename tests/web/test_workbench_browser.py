"""The workbench in a real browser, on a real server and store."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from store import access_log, messages, seats, sessions, tickets
from store.rows import Ticket
from tests.web.workbench_site import PASSWORD, Site, Woman, running
from web.auth.errors import Forbidden

pytestmark = pytest.mark.browser
HOSTILE = (
    "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>{{constructor.constructor('window.pwned=1')()}}"
)
PATIENCE = 8_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("workbench")) as running_site:
        yield running_site


@contextmanager
def desk_of(browser: Browser, site: Site, login: str, path: str = "/desk", *, wide: bool = True) -> Iterator[Page]:
    """A browser of its own, signed in; at the end nothing went wrong in it and no handler was undeclared."""
    size = {"width": 1440, "height": 900} if wide else {"width": 390, "height": 844}
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]  # a TypedDict written in place
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(site.url + path)
    sign_in(page, login)
    yield page
    assert wrong == []
    assert site.undeclared() == []
    context.close()


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button[type=submit] >> nth=0")


def row(page: Page, woman: Woman) -> str:
    return f".case-row[href='{woman.path}']"


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).locator("visible=true").first.click()


def choose(page: Page, label: str, text: str) -> None:
    page.locator(".ask:visible, .sheet:visible").last.get_by_label(label, exact=True).click()
    page.locator(".q-menu:visible .q-item", has_text=text).first.click()


def test_danger_is_on_top_and_a_reply_goes_out(site: Site, browser: Browser) -> None:
    plain = site.woman("公司要辞退我")
    grave = site.woman("他昨天又打我", topic="rights_dv", kind="violence_recent", level="watch")
    with desk_of(browser, site, "li") as page:
        expect(page.locator(row(page, plain))).to_be_visible()
        hrefs = page.locator(".case-row").evaluate_all("rows => rows.map(row => row.getAttribute('href'))")
        assert hrefs.index(grave.path) < hrefs.index(plain.path)
        page.click(row(page, plain))
        expect(page.locator(".her .words")).to_have_text("公司要辞退我")
        expect(page.locator(".case-head .number")).to_have_text(plain.number)
        assert page.url.endswith(plain.path)
        page.keyboard.press("t")
        expect(page.locator(".case-title")).to_contain_text("签收 · 李小芸")
        page.keyboard.press("r")
        page.keyboard.type("公司不能因为怀孕辞退您")
        expect(page.locator(".saved")).to_have_text("已保存")
        page.keyboard.press("Control+Enter")
        said = page.locator(".staff")
        expect(said.locator(".words")).to_have_text("公司不能因为怀孕辞退您")
        expect(said.locator(".delivery")).to_have_text("排队")
        expect(page.locator(".reply textarea")).to_have_value("")
        site.post("/test/fetched")
        expect(said.locator(".delivery")).to_have_text("已取")


def test_every_look_leaves_its_line_before_it_is_shown(site: Site, browser: Browser) -> None:
    woman = site.woman("想问问产假")

    def looks() -> list[str]:
        return [look.action for look in site.read(lambda tx: access_log.of_ticket(tx, woman.ticket_id))]

    with desk_of(browser, site, "li", woman.path) as page:
        expect(page.locator(".her .words")).to_have_text("想问问产假")
        assert looks() == ["ticket.read"]
        site.says(woman, "还有一件事")
        expect(page.locator(".her .words").last).to_have_text("还有一件事")
        assert looks() == ["ticket.read", "ticket.read"]
        expect(page.locator(".case-side")).to_contain_text("13****78")
        assert "13812345678" not in page.content()
        press(page, "查看联系方式…")
        press(page, "记下原因并查看")
        expect(page.locator(".q-notification")).to_contain_text("请写一句为什么")
        page.get_by_label("原因", exact=True).fill("约了下午回电")
        press(page, "记下原因并查看")
        expect(page.locator(".revealed")).to_contain_text("13812345678")
        assert looks()[0] == "contact.reveal"
        press(page, "关闭")
        expect(page.locator(".revealed")).to_have_count(0)
        press(page, "查看联系方式…")  # opened again it asks again
        expect(page.get_by_label("原因", exact=True)).to_have_value("")
        assert "13812345678" not in page.content()


def test_what_i_type_survives_reload_crash_and_an_expired_sign_in(site: Site, browser: Browser) -> None:
    woman = site.woman("我要离婚", topic="marriage_divorce")
    with desk_of(browser, site, "chen", woman.path) as page:
        area = page.locator(".reply textarea")
        area.fill("第一段")
        expect(page.locator(".saved")).to_have_text("已保存")
        page.reload()
        expect(area).to_have_value("第一段")

        site.unit(lambda tx: sessions.end_all(tx, site.seat["chen"], now=1))
        area.press_sequentially("，第二段")  # typed into a page whose sign-in has just ended
        expect(page).to_have_url(
            re.compile(r"/desk/sign-in"), timeout=30_000
        )  # two doors close at once: no single navigation
        sign_in(page, "chen")
        page.wait_for_url(f"**{woman.path}")
        expect(area).to_have_value("第一段，第二段")
        expect(page.locator(".saved")).to_have_text("已保存")

        site.kill()
        area.press_sequentially("，第三段")  # typed while nobody listened
        site.start()
        expect(area).to_have_value("第一段，第二段，第三段", timeout=30_000)
        expect(page.locator(".saved")).to_have_text("已保存", timeout=30_000)
        left = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('halfsky.reply'))")
        assert left == []
    found = site.read(
        lambda tx: tickets.read_draft(tx, _ticket(tickets.get(tx, woman.ticket_id)), seat_id=site.seat["chen"])
    )
    assert found == "第一段，第二段，第三段"


def _ticket(found: Ticket | None) -> Ticket:
    assert found is not None
    return found


def test_another_person_at_the_same_tab_finds_nothing_of_mine(site: Site, browser: Browser) -> None:
    woman = site.woman("婆媳合不来", topic="marriage_elders")
    with desk_of(browser, site, "li", woman.path) as page:
        page.locator(".reply textarea").fill("只有我知道")
        site.unit(lambda tx: sessions.end_all(tx, site.seat["li"], now=1))
        expect(page).to_have_url(
            re.compile(r"/desk/sign-in"), timeout=30_000
        )  # two doors close at once: no single navigation
        sign_in(page, "chen")
        expect(page.locator(".her .words")).to_have_text("婆媳合不来")
        expect(page.locator(".reply textarea")).to_have_value("")
        assert "只有我知道" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_what_she_writes_appears_and_what_i_type_stays(site: Site, browser: Browser) -> None:
    woman = site.woman("房子怎么分", topic="marriage_property")
    with desk_of(browser, site, "li", woman.path) as page:
        page.locator(".reply textarea").fill("正在写的话")
        press(page, "备注…")
        page.get_by_label("备注", exact=True).fill("备注写到一半")
        site.says(woman, "他今天把存折拿走了")
        expect(page.locator(".her .words").last).to_have_text("他今天把存折拿走了")
        expect(page.get_by_label("备注", exact=True)).to_have_value("备注写到一半")
        expect(page.locator(".reply textarea")).to_have_value("正在写的话")
        fresh = site.woman("刚刚写来的", topic="job_training")
        expect(page.locator(row(page, fresh))).to_be_visible()
        expect(page.locator(row(page, fresh))).to_have_class("case-row unread")


def test_an_alarm_rings_for_who_is_on_duty_and_one_key_takes_it(site: Site, browser: Browser) -> None:
    grave = site.woman("他拿着刀在砸门", topic="rights_dv", kind="violence_now", level="immediate")
    site.post("/test/alarms")
    with desk_of(browser, site, "li", "/desk/new") as mine, desk_of(browser, site, "chen") as other:
        bar = mine.locator(".alarm.ringing", has_text=grave.number)
        expect(bar).to_contain_text("正在呼叫您")
        expect(mine).to_have_title("【告警】工作台")
        assert "他拿着刀" not in mine.content()
        expect(other.locator(".alarm.ringing")).to_contain_text("正在呼叫李小芸")
        expect(other).to_have_title("工作台")
        mine.get_by_label("她说的事").click()
        mine.keyboard.press("F2")
        mine.wait_for_url(f"**{grave.path}")
        expect(mine.locator(".danger-strip")).to_contain_text("李小芸")
        expect(mine.locator(".case-title")).to_contain_text("签收 · 李小芸")
        expect(other.locator(".alarm.taken")).to_contain_text("李小芸已接手")
        expect(other.locator(".alarm.ringing")).to_have_count(0)


def test_another_unit_and_the_administrator_see_nothing_of_it(site: Site, browser: Browser) -> None:
    woman = site.woman("这是姑苏区的事")
    with desk_of(browser, site, "zhao", woman.path) as page:
        expect(page.locator(".nothing")).to_contain_text("没有这张工单")
        expect(page.locator(row(page, woman))).to_have_count(0)
        page.fill(".find input", woman.number)
        page.keyboard.press("Enter")
        expect(page.locator(".q-notification")).to_contain_text("没有这个编号")
        assert "这是姑苏区的事" not in page.content()
    with desk_of(browser, site, "root") as page:
        expect(page.locator(".sheet-heading")).to_have_text("管理员不看工单内容")
        answer = page.goto(site.url + woman.path)
        assert answer is not None
        assert answer.status == Forbidden.status


def test_topic_transfer_and_the_way_back(site: Site, browser: Browser) -> None:
    woman = site.woman("想学门手艺")
    with desk_of(browser, site, "li", woman.path) as page:
        press(page, "改事项…")
        page.get_by_label("事项", exact=True).fill("SYB")
        page.locator(".q-menu:visible .q-item", has_text="SYB").click()
        press(page, "改")
        expect(page.locator(".case-topic")).to_have_text("SYB与技能培训报名")
        expect(page.locator(".case-side")).to_contain_text("机器人原判")
        press(page, "撤销")
        expect(page.locator(".case-topic")).to_have_text("孕产哺乳期保护")
        press(page, "转办…")
        page.get_by_label("转给哪个单位").fill("昆山")
        page.locator(".q-menu:visible .q-item", has_text="昆山").click()
        page.get_by_label("为什么转").fill("她住昆山")
        press(page, "转办")
        expect(page.locator(".undo")).to_contain_text("已转给昆山")
        expect(page.locator(".reply")).to_have_class("reply closed")
        press(page, "撤销")
        expect(page.locator(".case-title")).to_contain_text("姑苏区")
        expect(page.locator(".events li").first).to_contain_text("撤销了转办")


def test_closing_asks_for_an_outcome_and_the_confirmed_topic(site: Site, browser: Browser) -> None:
    woman = site.woman("生育津贴怎么领")
    with desk_of(browser, site, "li", woman.path) as page:
        press(page, "办结…")
        choose(page, "结果", "已解答")
        press(page, "办结")
        expect(page.locator(".q-notification")).to_contain_text("还没有答复过她")
        press(page, "取消")
        expect(page.locator(".ask:visible")).to_have_count(0)  # a closing dialog gives the focus back: no typing before
        page.locator(".reply textarea").fill("到医保窗口领")
        page.get_by_label("这是办理结果").check()
        page.locator(".reply .btn-main").click()
        expect(page.locator(".case-title")).to_contain_text("反馈")
        press(page, "办结…")
        choose(page, "结果", "已解答")
        press(page, "办结")
        expect(page.locator(".case-title")).to_contain_text("归档 · 已解答")
        expect(page.locator(row(page, woman))).to_have_count(0)
        page.click(".tab:has-text('已办结')")
        expect(page.locator(row(page, woman))).to_contain_text("已解答")


def test_an_article_goes_into_the_reply_with_its_source(site: Site, browser: Browser) -> None:
    woman = site.woman("怀孕了公司要辞退我怎么办")
    with desk_of(browser, site, "li", woman.path) as page:
        expect(page.locator(".article-title").first).to_contain_text("怀孕")
        press(page, "插入回复")
        expect(page.locator(".reply textarea")).to_have_value(re.compile("依据"))


def test_a_misread_message_goes_to_the_trainer(site: Site, browser: Browser) -> None:
    woman = site.woman("老板不给工资")
    with desk_of(browser, site, "li", woman.path) as page:
        page.locator(".her").hover()
        page.click("text=机器人理解错了")
        page.get_by_label("应该理解为").fill("欠薪")
        page.locator(".q-menu:visible .q-item", has_text="欠薪").click()
        press(page, "交给训练员")
        expect(page.locator(".events")).to_contain_text("应为欠薪")


def test_hostile_words_stay_words_wherever_staff_look(site: Site, browser: Browser) -> None:
    woman = site.woman(HOSTILE, HOSTILE)
    with desk_of(browser, site, "li", woman.path) as page:
        expect(page.locator(".her .words").first).to_have_text(HOSTILE)
        page.locator(".reply textarea").fill(HOSTILE)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".staff .words")).to_have_text(HOSTILE)
        press(page, "备注…")
        page.get_by_label("备注", exact=True).fill(HOSTILE)
        press(page, "记下")
        expect(page.locator(".event-note").first).to_have_text(HOSTILE)
        page.fill(".find input", HOSTILE)
        expect(page.locator(".list .empty")).to_have_text("没有这个编号")
        page.reload()
        expect(page.locator(".her .words").first).to_have_text(HOSTILE)
        assert page.evaluate("window.pwned === undefined && !document.querySelector('img[src=x]')")


def test_a_call_becomes_a_ticket_and_three_words(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "li", "/desk/new") as page:
        press(page, "登记，由我来办")
        expect(page.locator(".q-notification")).to_contain_text("请选择事项")
        page.get_by_label("事项", exact=True).fill("欠薪")
        page.locator(".q-menu:visible .q-item", has_text="欠薪").click()
        page.get_by_label("她说的事").fill("饭店欠了我三个月工资")
        page.get_by_label("联系方式").fill("13900002222")
        press(page, "登记，由我来办")
        assert len(page.locator(".words-code").inner_text().split()) == 3
        assert "13900002222" not in page.content()
        page.click("text=打开工单")
        expect(page.locator(".case-side")).to_contain_text("饭店欠了我三个月工资")
        page.locator(".reply textarea").fill("告诉她先找劳动监察")
        page.locator(".reply .btn-main").click()
        expect(page.locator(".events li").first).to_contain_text("电话或当面答复了她")


def test_a_doubtful_sign_waits_until_somebody_has_looked(site: Site, browser: Browser) -> None:
    woman = site.woman("随便问问")
    with desk_of(browser, site, "chen", "/desk/watch") as page:
        expect(page.locator(".list .empty")).to_be_visible()
        site.says(woman, "有时候我觉得他会打我", watch="violence_recent")
        page.click(".case-row")
        expect(page.locator(".her .words").last).to_have_text("有时候我觉得他会打我")
        press(page, "看过了，不需要开单")
        expect(page.locator(".list .empty")).to_be_visible()
    looks = site.read(lambda tx: access_log.of_seat(tx, site.seat["chen"], since=0))
    assert [look.action for look in looks if look.action.startswith("watch")] == ["watch.looked", "watch.read"]


def test_the_administrator_adds_a_seat_who_signs_in(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "root", "/desk/seats") as page:
        press(page, "加一位…")
        page.get_by_label("账号").fill("zhou")
        page.get_by_label("姓名").last.fill("周梅")
        choose(page, "单位", "昆山")
        press(page, "加")
        password = page.locator(".words-code").inner_text()
        press(page, "我记下了")
        expect(page.locator(".table")).to_contain_text("周梅")
        expect(page.locator(".words-code")).to_have_count(0)
        assert password not in page.content()
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.url + "/desk")
    sign_in(page, "zhou", password)
    expect(page).to_have_title("换一个新口令")
    context.close()
    assert site.read(lambda tx: seats.by_login(tx, "zhou")) is not None


def test_a_lead_keeps_the_duty_list_and_rehearses(site: Site, browser: Browser) -> None:
    with desk_of(browser, site, "wang", "/desk/duty") as page:
        expect(page.locator("tbody tr")).to_have_count(2)
        page.locator("tbody tr").nth(1).get_by_text("上移").click()
        expect(page.locator("tbody tr").first).to_contain_text("陈静")
        choose(page, "加一位", "王芳")
        press(page, "加到最后")
        expect(page.locator("tbody tr")).to_have_count(3)
        press(page, "演练一次告警")
        page.locator(".alarm.ringing", has_text="演练").get_by_role("button").click()
        expect(page.locator(".alarm.taken", has_text="演练")).to_contain_text("您已接手")


def test_a_narrow_screen_shows_the_list_then_the_case(site: Site, browser: Browser) -> None:
    woman = site.woman("手机上看")
    with desk_of(browser, site, "li", wide=False) as page:
        page.click(row(page, woman))
        expect(page.locator(".her .words")).to_have_text("手机上看")
        expect(page.locator(".list-pane")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.go_back()
        expect(page.locator(".list-pane")).to_be_visible()


def test_the_keyboard_is_enough(site: Site, browser: Browser) -> None:
    last = [site.woman(f"第{number}件事") for number in range(3)][-1]
    with desk_of(browser, site, "li") as page:
        expect(page.locator(".case-row").nth(2)).to_be_visible()
        for key in ("j", "j", "ArrowDown", "k"):
            page.keyboard.press(key)
        wanted = page.locator(".case-row").nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{wanted}")
        page.keyboard.press("/")
        page.keyboard.type(last.number)
        expect(page.locator(".case-row")).to_have_count(1)


def test_the_lines_of_a_reply_are_in_the_store(site: Site) -> None:
    """What the browser sent is what she will read."""
    woman = site.woman("核对")
    lines = site.read(lambda tx: messages.transcript(tx, woman.contact_id))
    assert [line.who for line in lines] == ["her", "bot"]
