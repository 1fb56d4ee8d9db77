"""A core on a test's store with the committed model, a clock that is turned by hand, and a channel that writes down."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bot.channels.base import Delivery, Receipt
from bot.core import Core, build_core, load_library
from bot.message import Inbound
from bot.settings import Settings
from knowledge.search import Library
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from store import Store
from tickets.org import load_org

MONDAY = 1_795_399_200_000_000  # 2026-11-23 10:00 in Beijing


@dataclass
class Clock:
    now: int = MONDAY

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 1_000_000)


@lru_cache(maxsize=1)
def library() -> Library:
    return load_library(Settings(var=str(Path("var/test"))))


@lru_cache(maxsize=1)
def interpreter() -> Interpreter:
    return Interpreter(CURRENT, places=load_org("suzhou").gazetteer())


@dataclass
class Written:
    """A channel that writes down what it was given; `fails` are raised first, in order."""

    inbox: str = "terminal"
    fetched: bool = False
    problem: str | None = None
    there: bool = True
    got: list[Delivery] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, delivery: Delivery) -> bool:
        if self.fails:
            raise self.fails.pop(0)
        self.got.append(delivery)
        return self.there


@dataclass
class Woman:
    """Writes to the pipeline and keeps count of her messages."""

    core: Core
    clock: Clock
    sender: str = "her"
    inbox: str = "terminal"
    count: int = 0

    async def says(self, text: str, *, name: str | None = None, same_breath: bool = True) -> Receipt:
        self.count += 1
        external = name or f"{self.sender}-{self.count}"
        inbound = Inbound(self.inbox, external, self.sender, text, self.clock.now, same_breath=same_breath)
        return await self.core.pipeline.receive(inbound)


@asynccontextmanager
async def open_core(store: Store, tmp_path: Path, clock: Clock) -> AsyncIterator[Core]:
    settings = Settings(var=str(tmp_path))
    core = build_core(settings, store, clock=clock, rng=random.Random(1), library=library())
    core.reader.model = interpreter()
    await core.reader.start()
    try:
        yield core
    finally:
        await core.reader.stop()


def words(receipt: Receipt) -> str:
    return "\n".join(reply.text for reply in receipt.replies)
