"""A running site for each test, a neutral place to leave to, and a real browser."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.settings import Settings
from tests.channels.webchat.site import Desk, Site, serving
from tests.conftest import CHROMIUM

NEUTRAL = "<!doctype html><meta charset=utf-8><title>天气</title><p>今天多云。"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Desk(), Settings()) as running:
        yield running


@dataclass
class Elsewhere:
    """An ordinary website that remembers when it was asked."""

    url: str = ""
    asked_at: list[float] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked_at = time.monotonic()
        request = await reader.readline()
        if b"GET / " in request:
            self.asked_at.append(asked_at)
        body = NEUTRAL.encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        writer.write(body)
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="module")
async def elsewhere() -> AsyncIterator[Elsewhere]:
    place = Elsewhere()
    server = await asyncio.start_server(place.answer, "127.0.0.1", 0)
    place.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    yield place
    server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A small phone. What the page complains about on its console fails the test."""
    context = await browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, locale="zh-CN")
    page = await context.new_page()
    page.set_default_timeout(8000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    await context.close()
    assert wrong == []
