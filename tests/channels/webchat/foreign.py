"""Another organisation's website on another origin, with its own policy and style sheet, that embeds the chat."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from playwright.async_api import FrameLocator, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.settings import Settings
from tests.channels.webchat.site import Desk, Site, serving
from tests.channels.wechat.kit import served

# Rules as careless as real ones: what the widget draws must not depend on them.
STYLE = """
  body { margin: 0; font: 16px/1.8 serif; color: #333; background: #fff8f0; }
  header { background: #b0243a; color: #fff; padding: 16px 24px; font-size: 22px; }
  main { max-width: 720px; padding: 24px; }
  button, iframe, div { float: left !important; max-width: 90px !important; z-index: 5; opacity: .2; }
"""
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>某市妇女之家</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"><script src="/own.js"></script>
<script src="{chat}/widget.js" async></script></head><body>
<header>某市妇女之家</header><main><h1>活动通知</h1>{text}<p><a id="other" href="/other">另一页</a></p>
<input id="search" aria-label="站内搜索"></main></body></html>"""
TEXT = "<p>家庭教育讲座本周六上午在文化馆举行，欢迎带孩子参加，无需报名。</p>" * 12
OWN = "window.before = Object.keys(window);"


@dataclass
class Foreign:
    url: str
    chat: Site


@contextlib.asynccontextmanager
async def embedding(desk: Desk, *, leave_url: str, allowed: bool = True) -> AsyncIterator[Foreign]:
    """The page on localhost, the chat on 127.0.0.1: two sites to a browser, cookies and storage apart."""
    app = pages()
    async with served(app) as address:
        origin = address.replace("127.0.0.1", "localhost")
        settings = Settings(leave_url=leave_url, embed_origins=f"https://other.example, {origin}" if allowed else "")
        async with serving(desk, settings) as site:
            app.state.chat = site.url
            yield Foreign(origin, site)


def pages() -> Starlette:
    async def page(request: Request) -> HTMLResponse:
        chat = request.app.state.chat
        policy = f"default-src 'self'; script-src 'self' {chat}; frame-src {chat}"
        return HTMLResponse(PAGE.format(chat=chat, text=TEXT), headers={"Content-Security-Policy": policy})

    async def other(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>另一页</title><p>另一页")

    async def style(_request: Request) -> HTMLResponse:
        return HTMLResponse(STYLE, media_type="text/css")

    async def own(_request: Request) -> HTMLResponse:
        return HTMLResponse(OWN, media_type="text/javascript")

    return Starlette(
        routes=[Route("/", page), Route("/other", other), Route("/style.css", style), Route("/own.js", own)]
    )


async def open_chat(page: Page) -> FrameLocator:
    await page.click("[data-chat-widget] button")
    frame = page.frame_locator("[data-chat-widget] iframe")
    await frame.locator("#draft").wait_for()
    return frame
