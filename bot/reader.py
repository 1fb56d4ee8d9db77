"""Understands messages off the loop, up to 16 a call; when the model is dead or late, rules alone watch for danger."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.tasks import end
from knowledge.article import Candidate
from knowledge.search import Query
from nlu.danger import rules_danger
from nlu.serving import Request
from nlu.understanding import Understanding, unknown

log = logging.getLogger("halfsky.reader")

BATCH = 16
PATIENCE = 2.0  # seconds a woman may wait for the model


class Model(Protocol):
    """The live model: nlu.serving.Interpreter, or a Rasa server behind the same words."""

    model: str

    def parse_many(self, requests: Sequence[Request | str]) -> list[Understanding]: ...


class Search(Protocol):
    def __call__(self, queries: Sequence[Query]) -> list[list[Candidate]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    understanding: Understanding
    candidates: tuple[Candidate, ...]
    meant: str | None = None  # the topic that a few words stand for after what was said before
    detail: bool = False  # read together with `waiting`, which had their answer already
    waiting: tuple[str, ...] = ()
    further: tuple[tuple[str, tuple[Candidate, ...]], ...] = ()  # several needs, each with its articles


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    waiting: tuple[str, ...]
    topic: str | None
    day: date


class Reader:
    """One worker thread: the encoder is fastest alone on its core, and what waits meanwhile goes into the next call."""

    def __init__(self, model: Model | None, search: Search, *, patience: float = PATIENCE) -> None:
        self.model = model  # swapped as one reference when another version goes live
        self.search = search
        self.patience = patience
        self._queue: asyncio.Queue[tuple[Asked, asyncio.Future[Reading]]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="reader")

    async def stop(self) -> None:
        await end(self._task)
        self._thread.shutdown(wait=False)

    async def read(self, asked: Asked) -> Reading:
        """Never raises: without a model the intent is unknown and the rules still see danger."""
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((asked, future))
        try:
            async with asyncio.timeout(self.patience):
                return await future
        except TimeoutError:
            log.warning("late", extra={"seconds": self.patience})
            return rules_only(asked)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            batch = [(asked, future) for asked, future in batch if not future.done()]
            readings = await loop.run_in_executor(self._thread, self._read, [asked for asked, _ in batch])
            for (_, future), reading in zip(batch, readings, strict=True):
                if not future.done():
                    future.set_result(reading)

    def _read(self, batch: list[Asked]) -> list[Reading]:
        model = self.model
        if model is None:
            return [rules_only(asked) for asked in batch]
        try:
            understood = model.parse_many([Request(asked.text, asked.waiting) for asked in batch])
            found = self.search([query(asked, one) for asked, one in zip(batch, understood, strict=True)])
            return [Reading(one, tuple(near)) for one, near in zip(understood, found, strict=True)]
        except Exception:
            log.exception("model failed")
            return [rules_only(asked) for asked in batch]


def query(asked: Asked, understanding: Understanding) -> Query:
    text = "\n".join((*asked.waiting, asked.text))
    return Query(text, understanding.vector, topics_of(understanding, asked.topic), asked.day)


def topics_of(understanding: Understanding, current: str | None) -> tuple[str, ...]:
    """What the articles may be about, most probable first; a message that says little keeps to the current topic."""
    guesses = (understanding.intent, *understanding.needs, *(other.intent for other in understanding.alternatives[:1]))
    lead = (current,) if understanding.abstain and current else ()
    return tuple(dict.fromkeys((*lead, *guesses)))


def rules_only(asked: Asked) -> Reading:
    text = "\n".join((*asked.waiting, asked.text))
    return Reading(unknown(rules_danger(text)), ())
