"""The main job in a real browser against the real program: she asks, staff reply, she reads it in the same chat."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import Settings
from store import open_store, seats
from tests.conftest import CHROMIUM
from tests.running import Program, running
from web.auth.passwords import Passwords

PASSWORD = "a long sentence only this test knows"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("main-job") / "var") as started:
        aside(_add_lead(started))
        yield started


def aside(work: Coroutine[None, None, None]) -> None:
    """In a thread of its own: Playwright's loop occupies this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _add_lead(program: Program) -> None:
    settings = Settings(var=str(program.var))
    store = open_store(settings.store_url, settings.keys_path)
    passwords = Passwords()
    try:
        hashed = await passwords.hash(PASSWORD)

        def add(tx: object) -> None:
            from store.unit import Tx

            assert isinstance(tx, Tx)
            seat_id = seats.add(tx, login="lead", name="值班甲", role="lead", unit="sz", password=hashed, now=1)
            assert seat_id is not None
            seats.set_password(tx, seat_id, hashed, now=1_795_399_200_000_000, must_change=False)

        await store.unit(add)
    finally:
        passwords.close()
        store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def _say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def _sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/desk")
    page.fill("input[name=login]", "lead")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{base}/desk", timeout=15_000)


@pytest.mark.browser
def test_she_asks_staff_reply_she_reads(program: Program, browser: Browser) -> None:
    her = browser.new_context(viewport={"width": 390, "height": 780}).new_page()
    her.goto(program.base)
    _say(her, "怀孕了公司要辞退我怎么办")
    log = her.get_by_role("log")
    expect(log).to_contain_text("依据：劳动合同法", timeout=15_000)
    log.get_by_role("button", name="找人").last.click()
    expect(log).to_contain_text("记住三个词", timeout=15_000)

    staff = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
    _sign_in(staff, program.base)
    row = staff.get_by_text("孕产", exact=False).first
    row.click(timeout=15_000)
    staff.get_by_role("button", name="签收").click(timeout=15_000)
    box = staff.get_by_placeholder("写给她的话", exact=False)
    expect(box).to_be_enabled(timeout=15_000)
    box.fill("您好，我是市妇联的工作人员，先别签字，明天上午给您回话。")
    staff.get_by_role("button", name="发送").click()

    expect(log).to_contain_text("先别签字，明天上午给您回话", timeout=20_000)
    assert log.inner_text().count("先别签字，明天上午给您回话") == 1
    expect(staff.locator("body")).to_contain_text("已取", timeout=15_000)


@pytest.mark.browser
def test_her_three_words_bring_her_back_on_another_page(program: Program, browser: Browser) -> None:
    first = browser.new_context().new_page()
    first.goto(program.base)
    _say(first, "他不给孩子抚养费")
    log = first.get_by_role("log")
    expect(log).to_contain_text("依据", timeout=15_000)
    _say(first, "找人")
    expect(log).to_contain_text("记住三个词", timeout=15_000)
    words = log.inner_text().split("记住三个词：")[1].splitlines()[0].strip()
    second = browser.new_context().new_page()
    second.goto(program.base)
    expect(second.get_by_role("log")).not_to_contain_text("抚养费")
    second.get_by_text("我有三个词").click()
    second.get_by_role("textbox").first.fill(words)
    second.keyboard.press("Enter")
    expect(second.get_by_role("log")).to_contain_text("他不给孩子抚养费", timeout=15_000)


@pytest.mark.browser
def test_danger_rings_on_the_open_workbench(program: Program, browser: Browser) -> None:
    result = program.halfsky("admin", "list")
    assert "lead" in result.stdout
    aside(_put_on_duty(program))
    staff = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
    _sign_in(staff, program.base)
    her = browser.new_context().new_page()
    her.goto(program.base)
    _say(her, "他拿着刀在砸门")
    log = her.get_by_role("log")
    expect(log).to_contain_text("110", timeout=15_000)
    expect(log).to_contain_text("正在提醒值班人员", timeout=15_000)
    take = staff.get_by_role("button", name="我来接").first
    expect(take).to_be_visible(timeout=15_000)
    staff.keyboard.press("F2")
    expect(staff.get_by_role("button", name="我来接")).to_have_count(0, timeout=15_000)


async def _put_on_duty(program: Program) -> None:
    from store import duty

    settings = Settings(var=str(program.var))
    store = open_store(settings.store_url, settings.keys_path)
    try:
        lead = await store.read(lambda tx: seats.by_login(tx, "lead"))
        assert lead is not None
        await store.unit(lambda tx: duty.put(tx, "sz", [lead.id]))
        await asyncio.sleep(1.5)  # the running program looks once a second
    finally:
        store.close()


def test_a_program_without_its_keys_refuses_to_start(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with running(var) as program:
        program.halfsky("chat", stdin="你好\n")
    (var / "keys" / "master.json").rename(tmp_path / "away.json")
    again = Program(var)
    done = again.halfsky("run")
    assert done.returncode == 1
    assert "找不到密钥" in done.stderr
