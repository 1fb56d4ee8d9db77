"""What staff see of the official account, in a real browser on the real program: the budget, the call, her voice."""

import asyncio
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.channels.wechat import PATH
from bot.channels.wechat.simulator import Simulator
from store import Store, access_log, open_store, seats, tickets
from store.unit import Tx
from tests.channels.wechat.kit import HER
from tests.channels.wechat.test_whole_way import CREDENTIALS, now, program
from tests.conftest import CHROMIUM
from web.auth.passwords import Passwords

PASSWORD = "purple tiger eats noodles"


def staff(tx: Tx) -> None:
    hashed = Passwords(memory=1024, passes=1).hash_now(PASSWORD)
    for login, role, unit in (("sun", "lead", "sz"), ("zhao", "seat", "kunshan")):
        seats.add(tx, login=login, name=login, role=role, unit=unit, password=hashed, now=now(), must_change=False)


async def sign_in(page: Page, base: str, login: str, path: str) -> None:
    await page.goto(f"{base}{path}")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit] >> nth=0")


@pytest.mark.browser
async def test_the_budget_stands_beside_the_reply_box_and_the_voice_can_be_heard(tmp_path: Path) -> None:
    async with Simulator(CREDENTIALS, now) as sim:
        there = program(tmp_path, sim)
        await asyncio.to_thread(there.start)
        store = open_store(f"sqlite:///{tmp_path / 'var' / 'halfsky.db'}", tmp_path / "var" / "keys" / "master.json")
        try:
            await store.unit(staff)
            sim.towards(f"{there.base}{PATH}")
            await sim.say(HER, "怀孕了公司要辞退我怎么办")
            await sim.say(HER, "找人")
            sound = sim.platform.upload(b"ID3 sound", "audio/mpeg")
            await sim.pusher.push(sim.pusher.fields(HER, "voice", MediaId=sound, Format="mp3"))
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                context = await browser.new_context(viewport={"width": 1280, "height": 800})
                page = await context.new_page()
                await _works(page, there.base, sim, store)
                await page.screenshot(path=tmp_path / "desk.png")
                cookies = {str(one["name"]): str(one["value"]) for one in await context.cookies()}
                await _hears(there.base, cookies, store)
                other = await browser.new_context()
                stranger = await other.new_page()
                await sign_in(stranger, there.base, "zhao", "/desk")
                await stranger.wait_for_url("**/desk")
                cookies = {str(one["name"]): str(one["value"]) for one in await other.cookies()}
                async with httpx.AsyncClient(base_url=there.base, cookies=cookies, trust_env=False) as http:
                    assert (await http.get("/desk/ticket/1/files/1")).status_code == 404
                    http.cookies.clear()
                    assert (await http.get("/desk/ticket/1/files/1")).status_code == 303
                await browser.close()
        finally:
            store.close()
            there.stop()


async def _works(page: Page, base: str, sim: Simulator, store: Store) -> None:
    await sign_in(page, base, "sun", "/desk/ticket/1")
    budget = page.locator(".budget")
    await expect(budget).to_have_text("还可发 5 条，剩 47 小时", timeout=20_000)
    await expect(page.locator("audio")).to_have_count(1)
    for number in range(6):
        await page.fill("textarea[aria-label=回复]", f"第{number}条")
        await page.keyboard.press("Control+Enter")
        left = 4 - number
        said = f"还可发 {left} 条，剩 47 小时" if left > 0 else "可发的条数已用完"
        await expect(budget).to_contain_text(said, timeout=20_000)
    await expect(page.locator(".delivery.failed")).to_have_text("未送达", timeout=20_000)
    await expect(page.locator(".case-row .tag-call")).to_have_text("需回电", timeout=20_000)
    await expect(page.get_by_text("回复没有送到（微信允许的条数已用完）")).to_be_visible()
    assert [one.text for one in sim.platform.follower(HER).got[-5:]] == [f"第{number}条" for number in range(5)]
    found = await store.read(lambda tx: tickets.get(tx, 1))
    assert found is not None


async def _hears(base: str, cookies: dict[str, str], store: Store) -> None:
    async with httpx.AsyncClient(base_url=base, cookies=cookies, trust_env=False) as http:
        heard = await http.get("/desk/ticket/1/files/1")
        assert (heard.status_code, heard.content) == (200, b"ID3 sound")
        assert heard.headers["content-type"] == "audio/mpeg"
        assert "sandbox" in heard.headers["content-security-policy"]
        assert (await http.get("/desk/ticket/1/files/2")).status_code == 404
    looks = await store.read(lambda tx: access_log.of_ticket(tx, 1))
    assert [one.data for one in looks if one.action == "file.open"] == [{"file": 1}]
