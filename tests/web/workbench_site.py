"""Starts the workbench in a process of its own over a store with seats and matters in it."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bot.core import micros
from bot.settings import Settings
from store import Store, Tx, duty, open_store, seats
from tests.running import free_port
from web.auth.passwords import Passwords

PASSWORD = "purple tiger eats noodles"
ROOT = Path(__file__).parents[2]
LIGHT = Passwords(memory=1024, passes=1)
T = TypeVar("T")


@dataclass(frozen=True)
class Woman:
    ticket_id: int
    number: str
    conversation_id: int
    contact_id: int

    @property
    def path(self) -> str:
        return f"/desk/ticket/{self.ticket_id}"


SEATS = (  # login, name, role, unit
    ("li", "李小芸", "seat", "gusu"),
    ("chen", "陈静", "seat", "gusu"),
    ("wang", "王芳", "lead", "gusu"),
    ("zhao", "赵敏", "seat", "kunshan"),
    ("sun", "孙丽", "lead", "sz"),
    ("root", "管理员", "admin", "sz"),
)


def _apart(doing: Callable[[Callable[[Tx], T]], Coroutine[Any, Any, T]], work: Callable[[Tx], T]) -> T:
    """In a thread of its own: the browser's driver has a loop running in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(doing(work))).result()


@dataclass
class Site:
    """The server may be stopped and started again; its data stays."""

    settings: Settings
    store: Store
    log: Path
    seat: dict[str, int] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def start(self) -> None:
        with self.log.open("a") as out:
            command = [sys.executable, "-m", "tests.web.workbench_desk", self.settings.var, str(self.settings.port)]
            self._process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.url}/desk/sign-in")
                return
            assert self._process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)

    def unit(self, work: Callable[[Tx], T]) -> T:
        return _apart(self.store.unit, work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return _apart(self.store.read, work)

    def post(self, path: str, **body: Any) -> Any:
        answer = httpx.post(f"{self.url}{path}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def woman(self, *texts: str, **about: str | None) -> Woman:
        """She wrote these, the bot answered, and a ticket was opened."""
        return Woman(**self.post("/test/woman", texts=texts, **about))

    def says(self, woman: Woman, text: str, **about: str | None) -> None:
        self.post("/test/says", conversation_id=woman.conversation_id, text=text, **about)

    def undeclared(self) -> list[str]:
        """Handlers of all pages now open that name no permission."""
        found: list[str] = self.post("/test/undeclared")
        return found


@contextlib.contextmanager
def running(tmp_path: Path) -> Iterator[Site]:
    settings = Settings(var=str(tmp_path / "var"), port=free_port())
    store = open_store(settings.store_url, settings.keys_path)
    site = Site(settings, store, tmp_path / "server.log")
    site.seat = site.unit(_staff)
    site.start()
    try:
        yield site
    finally:
        site.kill()
        store.close()


def _staff(tx: Tx) -> dict[str, int]:
    hashed, made = LIGHT.hash_now(PASSWORD), {}
    for login, name, role, unit in SEATS:
        seat_id = seats.add(
            tx, login=login, name=name, role=role, unit=unit, password=hashed, now=micros(), must_change=False
        )
        assert seat_id is not None
        made[login] = seat_id
    duty.put(tx, "gusu", [made["li"], made["chen"]])
    return made
