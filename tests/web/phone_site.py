"""The real program with its model, seats and a duty list, for the tests of the telephone desk."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page, expect

from bot.core import micros
from bot.settings import Settings
from store import Store, Tx, duty, open_store, seats
from tests.running import Program, running
from web.auth.passwords import Passwords

PASSWORD = "purple tiger eats noodles"
LIGHT = Passwords(memory=1024, passes=1)
PATIENCE = 15_000
SEATS = (  # login, name, role, unit
    ("li", "李小芸", "seat", "gusu"),
    ("chen", "陈静", "seat", "gusu"),
    ("zhao", "赵敏", "seat", "kunshan"),
    ("sun", "孙丽", "lead", "sz"),
    ("root", "管理员", "admin", "sz"),
)
T = TypeVar("T")


@dataclass
class PhoneSite:
    program: Program
    store: Store
    seat: dict[str, int] = field(default_factory=dict)

    def unit(self, work: Callable[[Tx], T]) -> T:
        return _apart(self.store.unit, work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return _apart(self.store.read, work)


def _apart(doing: Callable[[Callable[[Tx], T]], Coroutine[Any, Any, T]], work: Callable[[Tx], T]) -> T:
    """In a thread of its own: the browser's driver has a loop running in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(doing(work))).result()


@contextlib.contextmanager
def phone_site(folder: Path) -> Iterator[PhoneSite]:
    with running(folder / "var") as program:
        settings = Settings(var=str(program.var))
        store = open_store(settings.store_url, settings.keys_path)
        site = PhoneSite(program, store)
        site.seat = site.unit(_staff)
        try:
            yield site
        finally:
            store.close()


def _staff(tx: Tx) -> dict[str, int]:
    hashed, made = LIGHT.hash_now(PASSWORD), {}
    for login, name, role, unit in SEATS:
        seat_id = seats.add(
            tx, login=login, name=name, role=role, unit=unit, password=hashed, now=micros(), must_change=False
        )
        assert seat_id is not None
        made[login] = seat_id
    duty.put(tx, "gusu", [made["chen"]])
    return made


@contextlib.contextmanager
def desk_of(
    browser: Browser, site: PhoneSite, login: str, path: str = "/desk/phone", *, width: int = 1280, dark: bool = False
) -> Iterator[Page]:
    """A browser of its own, signed in; at the end nothing went wrong in it."""
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if dark else "light", locale="zh-CN"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(site.program.base + path)
    sign_in(page, login)
    expect(page).to_have_url(site.program.base + path, timeout=PATIENCE)
    yield page
    assert wrong == []
    context.close()


def sign_in(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
