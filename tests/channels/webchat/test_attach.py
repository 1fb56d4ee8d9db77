"""Sending a picture from the page, in a real browser: chosen, pasted or dropped; slow, cancelled, refused, cut off."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, Route, expect

from bot.settings import Settings
from tests.channels.webchat.pictures import bomb, photo, read
from tests.channels.webchat.site import Desk, Site, serving, until
from tests.channels.webchat.test_cleaning import M4A, zipped
from tests.channels.webchat.test_page import say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# What a paste or a drop hands over, made from bytes.
HAND_OVER = """([kind, data, type]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const bag = new DataTransfer();
  bag.items.add(new File([bytes], "IMG_secret.jpg", {type}));
  const event = kind === "paste" ? new ClipboardEvent("paste", {clipboardData: bag, bubbles: true, cancelable: true})
                                 : new DragEvent("drop", {dataTransfer: bag, bubbles: true, cancelable: true});
  document.getElementById("draft").dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    desk = Desk(answer=lambda inbound: [(f"收到：{inbound.text or inbound.kind}", ())])
    async with serving(desk, Settings(upload_mb=1)) as running:
        yield running


def named(data: bytes, name: str = "IMG_secret.jpg", mime: str = "image/jpeg") -> FilePayload:
    return FilePayload(name=name, mimeType=mime, buffer=data)


async def slowly(page: Page) -> Callable[[], Awaitable[None]]:
    """Uploads hang until the returned function is called."""
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        with contextlib.suppress(Exception):  # cancelled meanwhile
            await route.continue_()

    await page.route("**/api/files", hold)

    async def release() -> None:
        go.set()
        await page.unroute("**/api/files")

    return release


async def test_chosen_sent_and_shown_small(site: Site, phone: Page) -> None:
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(f"{request.url} {request.headers}"))
    await phone.goto(site.url)
    await phone.click("#attach")
    await expect(phone.locator("#attach-panel")).to_contain_text("地点等信息会去掉")
    async with phone.expect_file_chooser() as chooser:
        await phone.click("#choose-file")
    await (await chooser.value).set_files([named(photo(400, 200)), named(M4A, "memo.m4a", "audio/mp4")])
    await expect(phone.locator("#attach-panel")).to_be_hidden()
    await expect(phone.locator(".her .meta")).to_have_text(["已送达", "已送达"])
    await expect(phone.locator(".bot .bubble")).to_have_text(["收到：image", "收到：voice"])
    await expect(phone.locator(".her .bubble").nth(1)).to_contain_text("录音 1 KB")
    assert len({inbound.sender for inbound in site.desk.inbounds}) == 1
    picture, sound = site.desk.drawer.kept.values()
    assert dict(read(picture.content).getexif()) == {}
    assert sound.content == M4A
    assert await phone.locator(".her img").evaluate("image => image.naturalWidth") > 0
    assert await phone.locator(".her img").evaluate("image => image.getBoundingClientRect().width") <= 120
    assert not [line for line in sent if "secret" in line or "memo" in line]  # no name of a file leaves the phone
    await expect(phone.get_by_role("progressbar")).to_have_count(0)


async def test_the_camera_is_asked_for_on_a_phone(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await phone.click("#attach")
    async with phone.expect_file_chooser() as chooser:
        await phone.click("#take-photo")
    asked = await chooser.value
    assert await asked.element.get_attribute("capture") == "environment"
    await asked.set_files(named(photo()))
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：image")


@pytest.mark.parametrize("kind", ["paste", "drop"])
async def test_pasted_and_dropped(site: Site, phone: Page, kind: str) -> None:
    await phone.goto(site.url)
    await phone.fill("#draft", "正在写的话")
    data = base64.b64encode(photo()).decode()
    assert await phone.evaluate(HAND_OVER, [kind, data, "image/jpeg"]) is True
    await expect(phone.locator(".her .meta")).to_have_text("已送达")
    assert await phone.input_value("#draft") == "正在写的话"
    assert [inbound.kind for inbound in site.desk.inbounds] == ["image"]


async def test_words_never_wait_for_a_picture(site: Site, phone: Page) -> None:
    release = await slowly(phone)
    await phone.goto(site.url)
    await phone.set_input_files("#file", named(photo()))
    bar = phone.get_by_role("progressbar", name="上传进度")
    await expect(bar).to_have_attribute("aria-valuemax", "100")
    await say(phone, "他拿着刀在砸门")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：他拿着刀在砸门")
    await release()
    await expect(phone.locator(".her .meta")).to_have_text(["已送达", "已送达"])
    first, second = site.desk.inbounds
    assert (first.text, second.kind, first.sender) == ("他拿着刀在砸门", "image", second.sender)


async def test_cancelled_on_the_way_nothing_arrives(site: Site, phone: Page) -> None:
    release = await slowly(phone)
    await phone.goto(site.url)
    await phone.set_input_files("#file", [named(photo()), named(M4A, "a.m4a", "audio/mp4")])
    await phone.get_by_role("button", name="取消发送图片").click()
    await expect(phone.locator(".her .meta").first).to_have_text("已取消，没有发出")
    await release()
    await expect(phone.locator(".her .meta").last).to_have_text("已送达")
    assert [inbound.kind for inbound in site.desk.inbounds] == ["voice"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (zipped(), "这种文件发不了。可以发图片、录音或 PDF；别的内容可以截图再发。"),
        (bomb(6000, 5000), "图片太大，打不开。请截图，或拍小一点再发。"),
        (b"\xff\xd8\xff" + b"x" * 1024 * 1024, "文件太大，最多 1 MB。可以截图，或分开发。"),
        (b"", "这个文件是空的"),
    ],
)
async def test_refused_in_words_and_nothing_else_is_lost(site: Site, phone: Page, data: bytes, told: str) -> None:
    await phone.goto(site.url)
    await phone.fill("#draft", "写了一半")
    await phone.set_input_files("#file", named(data))
    await expect(phone.locator(".her .meta")).to_have_text(told)
    await expect(phone.locator(".upload")).to_have_count(0)
    assert await phone.input_value("#draft") == "写了一半"
    await phone.press("#draft", "Enter")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：写了一半")
    assert site.desk.drawer.kept == {}


async def test_it_survives_a_line_that_breaks_and_arrives_once(phone: Page) -> None:
    desk = Desk(answer=lambda inbound: [(f"收到：{inbound.text or inbound.kind}", ())])
    async with serving(desk, Settings()) as site:
        port = int(site.host.split(":")[1])
        await phone.goto(site.url)
        await say(phone, "在吗")
        await expect(phone.locator(".her .meta")).to_have_text("已送达")
    await phone.set_input_files("#file", named(photo()))
    await expect(phone.locator(".her .meta").last).to_contain_text("连上后自动再传")
    async with serving(desk, Settings(), port=port):
        await expect(phone.locator(".her .meta")).to_have_text(["已送达"] * 2, timeout=20_000)
        assert [inbound.kind for inbound in desk.inbounds] == ["text", "image"]
        assert desk.drawer.keeps == 1


async def test_what_the_server_lost_before_its_message_goes_up_again(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    real = site.desk.drawer.staged
    lost: list[str] = []

    async def forgetful(ticket: str) -> object:
        if not lost:
            lost.append(ticket)
            site.desk.drawer.waiting.clear()
        return await real(ticket)

    site.desk.drawer.staged = forgetful  # type: ignore[assignment,method-assign]  # once, as a cleared disk would
    await phone.set_input_files("#file", named(photo()))
    await expect(phone.locator(".her .meta")).to_have_text("已送达")
    assert len(site.desk.inbounds) == 1
    assert site.desk.drawer.keeps == 1


async def test_too_many_at_once_arrive_by_and_by(site: Site, phone: Page) -> None:
    await phone.goto(site.url)
    await say(phone, "你好")
    await expect(phone.locator(".bot .bubble")).to_have_text("收到：你好")
    await phone.set_input_files("#file", [named(M4A, f"{n}.m4a", "audio/mp4") for n in range(11)])
    await expect(phone.locator(".her .meta").last).to_contain_text("过一会儿会自动接着传")
    await expect(phone.locator(".her .meta")).to_have_text(["已送达"] * 12, timeout=20_000)
    assert len(site.desk.inbounds) == 12


async def test_leaving_stops_the_upload_and_forgets_it(site: Site, phone: Page) -> None:
    await slowly(phone)
    await phone.goto(site.url)
    await phone.set_input_files("#file", named(photo()))
    await expect(phone.get_by_role("progressbar")).to_have_count(1)
    async with phone.expect_event("requestfailed", lambda request: request.url.endswith("/api/files")):
        await phone.evaluate("dispatchEvent(new Event('pagehide'))")
    assert await phone.evaluate("document.body.innerHTML") == ""
    await until(lambda: site.desk.drawer.waiting == {})
