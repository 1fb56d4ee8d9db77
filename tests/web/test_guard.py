"""The guard on a real server: bad handshakes, foreign frames, ended sessions; and NiceGUI alone, which lets them in."""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import socketio  # type: ignore[import-untyped]  # ships no types

from bot.commands import admin
from bot.settings import Settings
from store import sessions
from tests.web.auth_site import PASSWORD, Page, Site, connected, running

pytestmark = pytest.mark.filterwarnings("ignore:.*WebSocketResponse.*:DeprecationWarning")
Bad = Callable[[Site, str, str, Page], tuple[dict[str, str], dict[str, str]]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("guarded")) as site:
        for login in ("li", "wang", "zhao"):
            site.add_seat(login)
        yield site


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("unguarded"), "open") as site:
        yield site


def good(site: Site, token: str) -> dict[str, str]:
    return {"Origin": site.url, "Cookie": f"halfsky={token}"}


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def _ended(site: Site, page: Page) -> tuple[dict[str, str], dict[str, str]]:
    token = site.sign_in("li")
    with site.client() as browser:
        browser.cookies.set("halfsky", token)
        browser.post("/desk/sign-out")
    return page.query, good(site, token)


BAD: dict[str, Bad] = {
    "no origin": lambda site, li, _wang, page: (page.query, without(good(site, li), "Origin")),
    "foreign origin": lambda site, li, _w, page: (page.query, good(site, li) | {"Origin": "https://evil.example"}),
    "null origin": lambda site, li, _w, page: (page.query, good(site, li) | {"Origin": "null"}),
    "other port": lambda site, li, _w, page: (page.query, good(site, li) | {"Origin": "http://127.0.0.1:1"}),
    "no cookie": lambda site, _l, _w, page: (page.query, {"Origin": site.url}),
    "made-up cookie": lambda site, _l, _w, page: (page.query, good(site, "A" * 43)),
    "ended session": lambda site, _l, _w, page: _ended(site, page),
    "page of another": lambda site, _l, wang, page: (page.query, good(site, wang)),
    "no page named": lambda site, li, _w, page: (without(page.query, "client_id"), good(site, li)),
}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("name", BAD)
async def test_a_bad_handshake_is_refused(site: Site, name: str, transport: str) -> None:
    li, wang = site.sign_in("li"), site.sign_in("wang")
    page = site.open_page(li)
    query, headers = BAD[name](site, li, wang, page)
    before = site.state()["clicks"]
    with pytest.raises(socketio.exceptions.ConnectionError):
        await _attack(site, query, headers, transport, page)
    assert site.state()["clicks"] == before


async def _attack(site: Site, query: dict[str, str], headers: dict[str, str], transport: str, page: Page) -> None:
    async with connected(site, query, headers, transport) as socket:
        await socket.emit("event", page.event())
        await asyncio.sleep(0.5)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_the_right_handshake_gets_in_and_clicks(site: Site, transport: str) -> None:
    token = site.sign_in("li")
    page = site.open_page(token)
    before = site.state()["clicks"]
    await _attack(site, page.query, good(site, token), transport, page)
    assert site.state()["clicks"] == before + 1


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_nicegui_alone_lets_a_stranger_click(unguarded: Site, transport: str) -> None:
    """The control: the same attack must work here, or the tests above see nothing."""
    page = unguarded.open_page(None)
    before = unguarded.state()["clicks"]
    await _attack(unguarded, page.query, {"Origin": "https://evil.example"}, transport, page)
    assert unguarded.state()["clicks"] == before + 1


async def test_a_frame_that_names_another_page_does_nothing(site: Site) -> None:
    li, wang = site.sign_in("li"), site.sign_in("wang")
    mine, hers, second = site.open_page(li), site.open_page(wang), site.open_page(li)
    before = site.state()["clicks"]
    async with (
        connected(site, hers.query, good(site, wang), "websocket"),
        connected(site, second.query, good(site, li), "websocket"),
        connected(site, mine.query, good(site, li), "websocket") as socket,
    ):
        await socket.emit("event", hers.event())
        await socket.emit("event", second.event())  # my own, but not over this socket
        await socket.emit("ack", {"client_id": hers.client_id, "next_message_id": 10**6})
        await socket.emit("javascript_response", {"client_id": hers.client_id, "request_id": "x", "result": 1})
        assert await socket.call("handshake", hers.query) is False
        for nonsense in (
            {},
            {"client_id": None},
            {"client_id": ["x"]},
            "text",
            {"client_id": mine.client_id, "id": []},
        ):
            await socket.emit("event", nonsense)
        await asyncio.sleep(0.3)
        assert site.state()["clicks"] == before
        await socket.emit("event", mine.event())
        await asyncio.sleep(0.5)
    assert site.state()["clicks"] == before + 1


async def test_nicegui_alone_obeys_a_foreign_frame(unguarded: Site) -> None:
    mine, hers = unguarded.open_page(None), unguarded.open_page(None)
    before = unguarded.state()["clicks"]
    async with (
        connected(unguarded, hers.query, {}, "websocket"),
        connected(unguarded, mine.query, {}, "websocket") as socket,
    ):
        await socket.emit("event", hers.event())
        await asyncio.sleep(0.5)
    assert unguarded.state()["clicks"] == before + 1


def test_a_polling_socket_belongs_to_its_session(site: Site) -> None:
    li, wang = site.sign_in("li"), site.sign_in("wang")
    query = {**site.open_page(li).query, "EIO": "4", "transport": "polling"}
    theirs = {**site.open_page(wang).query, "EIO": "4", "transport": "polling"}
    address = f"{site.url}/_nicegui_ws/socket.io/"
    opened = httpx.get(address, params=query, headers=good(site, li))
    assert opened.status_code == 200
    sid = opened.text.split('"sid":"')[1].split('"')[0]
    stolen = httpx.post(address, params={**theirs, "sid": sid}, headers=good(site, wang), content="40")
    assert stolen.status_code == 403
    mine = httpx.post(address, params={**query, "sid": sid}, headers=good(site, li), content="40")
    assert mine.status_code == 200


async def test_what_a_browser_logs_stays_out_of_our_log(site: Site) -> None:
    token = site.sign_in("li")
    page = site.open_page(token)
    async with connected(site, page.query, good(site, token), "websocket") as socket:
        await socket.emit("log", {"client_id": page.client_id, "level": "error", "message": "她写的话"})
        await asyncio.sleep(0.3)
    assert "她写的话" not in site.log.read_text()


async def test_a_handler_without_permission_never_runs(site: Site) -> None:
    token = site.sign_in("li")
    page = site.open_page(token)
    async with connected(site, page.query, good(site, token), "websocket") as socket:
        await socket.emit("event", page.event("没有声明"))
        await socket.emit("event", page.event("写点什么") | {"args": ['"字"']})
        await asyncio.sleep(0.5)
    assert site.state()["undeclared"] == 0
    assert "handler without permission" in site.log.read_text()


async def _seconds_until_cut(site: Site, login: str, cut: Callable[[str], None], transport: str = "websocket") -> float:
    token = site.sign_in(login)
    page = site.open_page(token)
    before = site.state()["clicks"]
    gone = asyncio.Event()
    async with connected(site, page.query, good(site, token), transport) as socket:
        socket.on("disconnect", lambda *_reason: gone.set())
        start = time.monotonic()
        await asyncio.to_thread(cut, token)
        await asyncio.wait_for(gone.wait(), 10)
        took = time.monotonic() - start
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with connected(site, page.query, good(site, token), transport):
            pass
    assert site.state()["clicks"] == before
    return took


async def test_signing_out_cuts_the_socket_within_a_second(site: Site) -> None:
    def sign_out(token: str) -> None:
        with site.client() as browser:
            browser.cookies.set("halfsky", token)
            assert browser.post("/desk/sign-out").status_code == 303

    took = [await _seconds_until_cut(site, "li", sign_out) for _ in range(5)]
    assert max(took) < 1.5, took  # a second of ours, and the time of the two requests on a busy machine


async def test_a_seat_disabled_by_another_process_is_out_within_a_second(site: Site) -> None:
    """The command line shares nothing with the server but the database file."""

    def disable(_token: str) -> None:
        settings = Settings(var=str(site.log.parent / "var"))
        assert admin.run(argparse.Namespace(settings=settings, action="disable", login="zhao")) == 0

    assert await _seconds_until_cut(site, "zhao", disable) < 2  # the command opens the database first


async def test_a_handler_asks_for_the_session_at_each_click(site: Site) -> None:
    """The row is ended behind the server's back and the click comes at once, before any sweep."""
    token = site.sign_in("li")
    page = site.open_page(token)
    before = site.state()["clicks"]
    async with connected(site, page.query, good(site, token), "websocket") as socket:
        now = int(time.time() * 1_000_000)
        limits = sessions.Limits(10**12, 10**12)
        found = await site.store.read(lambda tx: sessions.find(tx, token, now=now, limits=limits))
        assert found
        await site.store.unit(lambda tx: sessions.end(tx, found.id, now=now))
        await socket.emit("event", page.event())
        await asyncio.sleep(0.5)
    assert site.state()["clicks"] == before


async def test_an_idle_session_ends_and_takes_its_socket(site: Site) -> None:
    took = await _seconds_until_cut(site, "wang", lambda _token: site.ahead(31 * 60))
    assert took < 1.5
    token = site.sign_in("wang")
    with site.client() as browser:
        browser.cookies.set("halfsky", token)
        for _ in range(5):  # in use: 5 times 20 minutes
            assert browser.get("/desk").status_code == 200
            site.ahead(20 * 60)
        site.ahead(11 * 60)
        answer = browser.get("/desk/report")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in?expired=1&next=/desk/report")


def test_a_session_ends_after_its_hours_however_busy(site: Site) -> None:
    token = site.sign_in("li")
    with site.client() as browser:
        browser.cookies.set("halfsky", token)
        for _ in range(36):
            assert browser.get("/desk/session").status_code == 204
            assert browser.get("/desk").status_code == 200
            site.ahead(20 * 60)
        assert browser.get("/desk/session").status_code == 401


def test_the_pulse_of_a_page_is_no_use(site: Site) -> None:
    token = site.sign_in("li")
    with site.client() as browser:
        browser.cookies.set("halfsky", token)
        for _ in range(2):
            site.ahead(20 * 60)
            browser.get("/desk/session")
        assert browser.get("/desk/session").status_code == 401


def test_access_logs_hold_no_client_id(site: Site) -> None:
    token = site.sign_in("li")
    page = site.open_page(token)
    address = f"{site.url}/_nicegui/client/{page.client_id}/upload/1"
    httpx.post(address, headers=good(site, token), files={"file": b"x"})
    asyncio.run(_connect_once(site, page, token))
    lines = site.log.read_text()
    assert "/_nicegui_ws/socket.io/" in lines
    assert "/_nicegui/client/-/upload/1" in lines
    assert page.client_id not in lines
    assert "client_id=" not in lines


async def _connect_once(site: Site, page: Page, token: str) -> None:
    for transport in ("websocket", "polling"):
        async with connected(site, site.open_page(token).query, good(site, token), transport):
            pass
    async with connected(site, page.query, good(site, token), "polling"):
        pass


def test_an_upload_to_the_page_of_another_is_refused(site: Site) -> None:
    li, wang = site.sign_in("li"), site.sign_in("wang")
    page = site.open_page(li)
    address = f"{site.url}/_nicegui/client/{page.client_id}/upload/1"
    assert httpx.post(address, headers=good(site, wang), content=b"").status_code == 403
    assert httpx.post(address, headers={"Origin": site.url}, content=b"").status_code == 401


def test_the_password_is_nowhere_in_the_log(site: Site) -> None:
    site.sign_in("li")
    assert PASSWORD not in site.log.read_text()
    assert PASSWORD.replace(" ", "+") not in site.log.read_text()
