"""The headers that decide who may show the chat, and what the one script for other sites says."""

import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.channels.webchat.guard import SecurityHeaders
from bot.settings import Settings
from tests.channels.webchat.site import Desk, webchat

HOSTILE = 'https://example.org/?"</script>\u2028;alert(1)//'


def client(settings: Settings) -> httpx.AsyncClient:
    """With the headers of the whole site around those of the chat, as bot/site.py has them."""
    around = Middleware(SecurityHeaders, secure=settings.secure, embedders=settings.embedders)
    app = Starlette(routes=webchat(Desk(), settings).routes(), middleware=[around])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://chat")


@pytest.mark.parametrize(
    ("origins", "ancestors", "old"),
    [
        ("", "frame-ancestors 'self';", "SAMEORIGIN"),
        (
            "https://www.Example.org, http://localhost:8080",
            "frame-ancestors 'self' https://www.example.org http://localhost:8080;",
            None,
        ),
    ],
)
async def test_only_named_sites_may_show_it(origins: str, ancestors: str, old: str | None) -> None:
    async with client(Settings(embed_origins=origins)) as http:
        for path in ("/", "/chat/chat.js", "/api/messages", "/chat/nothing"):
            answer = await http.get(path)
            policy = answer.headers["content-security-policy"]
            assert ancestors in policy
            assert "unsafe" not in policy
            assert "*" not in policy
            assert answer.headers.get("x-frame-options") == old
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "no-store"


async def test_the_widget_may_be_loaded_from_anywhere_and_carries_its_settings_as_text() -> None:
    async with client(Settings(page_title='服务"窗口"', leave_url=HOSTILE)) as http:
        answer = await http.get("/widget.js")
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "{{" not in answer.text
        line = next(one for one in answer.text.split("\n") if "var LEAVE" in one)
        assert json.loads(line.split("= ")[1].rstrip(";")) == HOSTILE
        assert "set-cookie" not in answer.headers


async def test_the_page_says_who_may_frame_it_and_how_much_it_takes() -> None:
    async with client(Settings(embed_origins="https://www.example.org", upload_mb=3, quiet_title='"><b>')) as http:
        page = (await http.get("/")).text
        assert 'data-embedders="https://www.example.org"' in page
        assert f'data-most-bytes="{3 * 1024 * 1024}"' in page
        assert "<b>" not in page
        assert "{{" not in page
