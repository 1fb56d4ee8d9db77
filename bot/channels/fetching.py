"""Fetches her voice and pictures from the platform they still lie with, before it throws them away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.backoff import backoff
from bot.channels.base import Later
from bot.tasks import end
from store import Store, files, leases
from store.files import Waiting

logger = logging.getLogger("halfsky.fetching")

SECOND = 1_000_000
EVERY = 2.0
LEASE = 60 * SECOND
PATIENT = 200  # files whose failures are remembered

Keep = Callable[[int, bytes, str], Awaitable[None]]  # (attachment, content, media type) -> kept for good


class Gone(Exception):
    """The platform will never hand it over: thrown away, or larger than it gives. `reason` is a class of failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Source(Protocol):
    async def __call__(self, wanted: Waiting) -> tuple[bytes, str]:
        """Content and media type. Raises Gone, or Later."""
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one platform promises about its files."""

    inbox: str
    kept: int  # microseconds after which it has them no longer
    largest: int  # bytes


class Fetcher:
    def __init__(
        self, shelf: Shelf, source: Source, store: Store, clock: Callable[[], int], keep: Keep, owner: str
    ) -> None:
        self._shelf = shelf
        self._source = source
        self._store = store
        self._clock = clock
        self._keep = keep
        self._owner = owner
        self._tries: dict[int, tuple[int, int]] = {}  # attachment -> failures, not before
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name=f"media:{self._shelf.inbox}")

    async def stop(self) -> None:
        await end(self._task)

    async def _work(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - a store out of order is no reason to stop trying
                logger.warning("fetching_failed", extra={"error": type(error).__name__})
            await asyncio.sleep(EVERY)

    async def round(self) -> int:
        """Fetch what waits and is due; returns how many were fetched."""
        now = self._clock()
        since = now - self._shelf.kept
        found = await self._store.read(lambda tx: files.waiting(tx, self._shelf.inbox, since=since))
        due = [one for one in found if self._tries.get(one.id, (0, 0))[1] <= now]
        if not due:
            return 0
        name = f"media:{self._shelf.inbox}"
        if not await self._store.unit(lambda tx: leases.take(tx, name, self._owner, now=now, until=now + LEASE)):
            return 0
        done = [await self._fetch(one) for one in due]
        return sum(done)

    async def _fetch(self, one: Waiting) -> bool:
        try:
            content, kind = await self._source(one)
        except Gone as error:
            return await self._give_up(one, error.reason)
        except Later as error:
            self._put_off(one, error.seconds)
            return False
        if not content or len(content) > self._shelf.largest:
            return await self._give_up(one, "size")
        await self._keep(one.id, content, one.mime if kind in {"", "application/octet-stream"} and one.mime else kind)
        self._tries.pop(one.id, None)
        return True

    async def _give_up(self, one: Waiting, reason: str) -> bool:
        logger.warning("file_gone", extra={"reason": reason, "attachment": one.id})
        await self._store.unit(lambda tx: files.give_up(tx, one.id))
        return False

    def _put_off(self, one: Waiting, seconds: float | None) -> None:
        failures = self._tries.get(one.id, (0, 0))[0]
        wait = backoff(min(failures, 8)) if seconds is None else seconds
        self._tries[one.id] = (failures + 1, self._clock() + int(wait * SECOND))
        while len(self._tries) > PATIENT:
            del self._tries[next(iter(self._tries))]
