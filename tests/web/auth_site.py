"""Starts the tiny workbench in a process of its own and talks to it as browsers, and as attackers, would."""

import asyncio
import contextlib
import html
import json
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import socketio  # type: ignore[import-untyped]  # ships no types

from bot.settings import Settings
from store import Store, open_store, seats
from web.auth.passwords import Passwords

PASSWORD = "purple tiger eats noodles"
SERVER = Path(__file__).with_name("auth_desk.py")
LIGHT = Passwords(memory=1024, passes=1)  # the seats of these tests; the real parameters have their own test


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Page:
    """What a browser learns from the HTML of a staff page."""

    client_id: str
    element: int
    listener: str
    elements: dict[str, Any]

    @property
    def query(self) -> dict[str, str]:
        return {
            "client_id": self.client_id,
            "tab_id": str(uuid.uuid4()),
            "document_id": str(uuid.uuid4()),
            "next_message_id": "0",
            "implicit_handshake": "true",
        }

    def event(self, text: str = "记一次") -> dict[str, object]:
        element, listener = find_listener(self.elements, text)
        return {"id": element, "client_id": self.client_id, "listener_id": listener, "args": []}


@dataclass(frozen=True)
class Site:
    port: int
    store: Store
    log: Path
    cookie: str = "halfsky"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=20)

    def sign_in(self, login: str, password: str = PASSWORD) -> str:
        """The token of a new session."""
        with self.client() as browser:
            answer = browser.post("/desk/sign-in", data={"login": login, "password": password})
            assert answer.status_code == 303, answer.text
            return answer.cookies[self.cookie]

    def open_page(self, token: str | None) -> Page:
        with self.client() as browser:
            if token:
                browser.cookies.set(self.cookie, token)
            return read_page(browser.get("/desk").text)

    def state(self) -> dict[str, int]:
        found: dict[str, int] = httpx.get(f"{self.url}/test/state").json()
        return found

    def ahead(self, seconds: int) -> None:
        httpx.post(f"{self.url}/test/ahead", params={"seconds": seconds}).raise_for_status()

    def add_seat(self, login: str, *, role: str = "seat", unit: str = "gusu", must_change: bool = False) -> int:
        row = {"login": login, "name": f"坐席{login}", "role": role, "unit": unit}
        hashed = LIGHT.hash_now(PASSWORD)
        now = int(time.time() * 1_000_000)
        made = asyncio.run(
            self.store.unit(lambda tx: seats.add(tx, **row, password=hashed, now=now, must_change=must_change))
        )
        assert made is not None
        return made


@contextlib.contextmanager
def running(tmp_path: Path, *flags: str) -> Iterator[Site]:
    settings = Settings(var=str(tmp_path / "var"), port=free_port())
    store = open_store(settings.store_url, settings.keys_path)
    log = tmp_path / "server.log"
    cookie = "__Host-halfsky" if any(flag.startswith("https") for flag in flags) else "halfsky"
    with log.open("w") as out:
        command = [sys.executable, str(SERVER), settings.var, str(settings.port), *flags]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=tmp_path)
        try:
            site = Site(settings.port, store, log, cookie)
            _await_start(site, process)
            yield site
        finally:
            process.terminate()
            process.wait(20)
            store.close()


def _await_start(site: Site, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{site.url}/test/state")
            return
        assert process.poll() is None, site.log.read_text()
        time.sleep(0.1)
    raise AssertionError(site.log.read_text())


def read_page(text: str) -> Page:
    found = re.search(r"client_id\W+([0-9a-f-]{36})", html.unescape(text))
    raw = re.search(r"parseElements\(String\.raw`(.*?)`\)", text, re.DOTALL)
    assert found, text[:2000]
    assert raw, text[:2000]
    elements: dict[str, Any] = json.loads(html.unescape(raw[1]))
    element, listener = find_listener(elements, "记一次")
    return Page(found[1], element, listener, elements)


def find_listener(elements: dict[str, Any], label: str) -> tuple[int, str]:
    """The element with this label (or the field with it) and the id of its first listener."""
    for number, element in elements.items():
        if element.get("props", {}).get("label") == label:
            return int(number), element["events"][0]["listener_id"]
    raise AssertionError(f"no {label} among {[one.get('props') for one in elements.values()]}")


@contextlib.asynccontextmanager
async def connected(
    site: Site, query: dict[str, str], headers: dict[str, str], transport: str
) -> AsyncIterator[socketio.AsyncClient]:
    """A socket.io connection; raises socketio.exceptions.ConnectionError when it is refused."""
    # The session carries the headers: by itself the client sends them with the first poll only, unlike a browser.
    async with aiohttp.ClientSession(headers=headers) as http:
        client = socketio.AsyncClient(reconnection=False, http_session=http)
        address = str(httpx.URL(site.url, params=query))
        try:
            await client.connect(
                address,
                headers=headers,
                transports=[transport],
                socketio_path="/_nicegui_ws/socket.io",
                wait_timeout=10,
            )
            yield client
        finally:
            await client.disconnect()
            await asyncio.sleep(0.2)  # the poll under way ends before its session does
