"""Starts the workbench in a process of its own over a store with seats and matters in it."""

import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

from bot.core import micros, number_of, terms_of
from bot.settings import Settings
from nlu.taxonomy import taxonomy
from store import Store, Tx, contacts, conversations, duty, messages, open_store, outbox, seats
from store.rows import Ticket
from tests.running import free_port
from tickets.actor import Actor
from tickets.org import load_org
from tickets.service import Matter, Service
from web.auth.passwords import Passwords
from web.auth.roles import who_of
from web.desk import actor_of

PASSWORD = "purple tiger eats noodles"
SERVER = Path(__file__).with_name("workbench_desk.py")
LIGHT = Passwords(memory=1024, passes=1)
T = TypeVar("T")
SEATS = (  # login, name, role, unit
    ("li", "李小芸", "seat", "gusu"),
    ("chen", "陈静", "seat", "gusu"),
    ("wang", "王芳", "lead", "gusu"),
    ("zhao", "赵敏", "seat", "kunshan"),
    ("sun", "孙丽", "lead", "sz"),
    ("root", "管理员", "admin", "sz"),
)


def build_service() -> Service:
    tree = taxonomy()
    return Service(
        load_org("suzhou"),
        terms_of(tree),
        {name: kind.first for name, kind in tree.danger.items()},
        nobody=lambda kind: f"现在没有值班人员在线，请直接打{number_of(tree, kind)}。",
        rng=random.Random(7),
    )


@dataclass
class Site:
    port: int
    store: Store
    log: Path
    service: Service = field(default_factory=build_service)
    seat: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def unit(self, work: Callable[[Tx], T]) -> T:
        """The news of another process reach the server through its half-minute look, or through `stir`."""
        return asyncio.run(self.store.unit(work))

    def read(self, work: Callable[[Tx], T]) -> T:
        return asyncio.run(self.store.read(work))

    def actor(self, login: str) -> Actor:
        found = self.read(lambda tx: seats.by_login(tx, login))
        assert found is not None
        return actor_of(who_of(found))

    def post(self, path: str, **params: int | str) -> None:
        httpx.post(f"{self.url}{path}", params=params, timeout=20).raise_for_status()

    def woman(self, *texts: str, topic: str = "rights_maternity", unit: str | None = "gusu", **danger: str) -> Ticket:
        """She wrote these, the bot answered, and a ticket was opened."""
        self._count += 1
        address = f"w{self._count}"
        return self.unit(lambda tx: open_matter(tx, self.service, address, texts, topic, unit, danger))


def open_matter(
    tx: Tx,
    service: Service,
    address: str,
    texts: tuple[str, ...],
    topic: str,
    unit: str | None,
    danger: dict[str, str],
) -> Ticket:
    now = micros()
    contact_id = contacts.create(tx, now=now)
    conversation_id = conversations.create(
        tx, inbox="web", address=address, token=f"token-{address}", contact_id=contact_id, now=now
    )
    for number, text in enumerate(texts):
        say(tx, conversation_id, contact_id, f"{address}-{number}", text, topic, danger)
    conversation = conversations.by_id(tx, conversation_id)
    assert conversation is not None
    matter = Matter(
        topic=topic,
        unit=unit,
        facts={"where": "平江路附近", "what": texts[0], "contact": "13812345678"},
        source="web",
        danger_kind=danger.get("kind"),
        danger_level=danger.get("level"),
        alarm=danger.get("level") in {"urgent", "immediate"},
    )
    return service.open(tx, matter, contact_id=contact_id, conversation=conversation, now=now).ticket


def say(
    tx: Tx, conversation_id: int, contact_id: int, external_id: str, text: str, topic: str, danger: dict[str, str]
) -> None:
    now = micros()
    level = danger.get("level", "none")
    understanding = {
        "intent": topic,
        "confidence": 0.9,
        "danger": {"level": level, "kind": danger.get("kind"), "sure": level != "none"},
        "model": "test",
    }
    message_id = messages.take(
        tx,
        inbox="web",
        external_id=external_id,
        conversation_id=conversation_id,
        contact_id=contact_id,
        kind="text",
        body=text,
        sent_at=None,
        now=now,
        handled=messages.Handled(understanding, "answer", None, waits=False),
    )
    reply = "您说的我记下了。可以看看这几条，也可以找人。"
    outbox.add(
        tx,
        conversation_id=conversation_id,
        contact_id=contact_id,
        inbox="web",
        text=reply,
        buttons=("有帮助", "没解决", "找人"),
        message_id=message_id,
        now=now + 1,
    )
    before = conversations.by_id(tx, conversation_id)
    assert before is not None
    changes = conversations.Changes(state={}, topic=topic, paused=False, last_in_at=now)
    conversations.advance(tx, before, changes, now=now)
    tx.announce("tickets")


@contextlib.contextmanager
def running(tmp_path: Path) -> Iterator[Site]:
    settings = Settings(var=str(tmp_path / "var"), port=free_port())
    store = open_store(settings.store_url, settings.keys_path)
    site = Site(settings.port, store, tmp_path / "server.log")
    site.seat = site.unit(_staff)
    with site.log.open("w") as out:
        command = [sys.executable, str(SERVER), settings.var, str(settings.port)]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            _await_start(site, process)
            yield site
        finally:
            process.terminate()
            process.wait(20)
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


def _await_start(site: Site, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{site.url}/desk/sign-in")
            return
        assert process.poll() is None, site.log.read_text()
        time.sleep(0.1)
    raise AssertionError(site.log.read_text())
