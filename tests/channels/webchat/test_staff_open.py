"""Staff open in the ticket what she sent from the page: the real program, and each opening is in the log."""

import asyncio
from pathlib import Path

import httpx
import pytest
from playwright.async_api import async_playwright, expect

from store import access_log, open_store
from tests.channels.webchat.pictures import photo, read
from tests.channels.wechat.test_workbench import sign_in, staff
from tests.conftest import CHROMIUM
from tests.running import Program

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


async def _sends(base: str) -> None:
    async with httpx.AsyncClient(base_url=base, trust_env=False) as her:
        token = None
        for number, said in enumerate(("公司拖欠我三个月工资怎么办", "找人", photo(400, 200), PDF)):
            letter = {"conversation": token, "id": f"{number:022d}", "text": said if isinstance(said, str) else ""}
            if isinstance(said, bytes):
                letter["file"] = (await her.post("/api/files", content=said)).json()["file"]
            answer = await her.post("/api/messages", json=letter)
            assert answer.status_code == 200
            token = answer.json()["conversation"]


@pytest.mark.browser
async def test_a_picture_and_a_paper_open_and_are_logged(tmp_path: Path) -> None:
    there = Program(tmp_path / "var")
    await asyncio.to_thread(there.start)
    store = open_store(f"sqlite:///{tmp_path / 'var' / 'halfsky.db'}", tmp_path / "var" / "keys" / "master.json")
    try:
        await store.unit(staff)
        await _sends(there.base)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = await browser.new_context(viewport={"width": 1280, "height": 800})
            page = await context.new_page()
            await sign_in(page, there.base, "sun", "/desk/ticket/1")
            await expect(page.get_by_role("link", name="打开图片")).to_be_visible(timeout=20_000)
            await expect(page.get_by_role("link", name="打开文件")).to_be_visible()
            cookies = {str(one["name"]): str(one["value"]) for one in await context.cookies()}
            await browser.close()
        async with httpx.AsyncClient(base_url=there.base, cookies=cookies, trust_env=False) as http:
            shown, paper = [await http.get(f"/desk/ticket/1/files/{number}") for number in (1, 2)]
            assert shown.headers["content-type"] == "image/jpeg"
            assert read(shown.content).size == (200, 400)
            assert paper.content == PDF
            assert paper.headers["content-disposition"] == 'attachment; filename="file-2.pdf"'
            http.cookies.clear()
            assert (await http.get("/desk/ticket/1/files/1")).status_code == 303
        looks = await store.read(lambda tx: access_log.of_ticket(tx, 1))
        assert sorted(one.data["file"] for one in looks if one.action == "file.open" and one.data) == [1, 2]
    finally:
        store.close()
        there.stop()
