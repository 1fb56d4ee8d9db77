"""Notes what pages tell of themselves, many at a time: one commit a moment instead of one a message or a beat."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from store import Store, Tx, conversations, outbox

log = logging.getLogger("halfsky.marks")

MOMENT = 0.2  # seconds; a crash in between shows these replies twice, never not at all
PRESENCE = 5.0  # seconds; a page beats every 25

Told = dict[str, int]  # what was told -> UTC microseconds


class _Gathered:
    """Written together a moment later; nobody waits for it."""

    def __init__(self, store: Store, write: Callable[[Tx, Told], None], *, moment: float, failed: str) -> None:
        self._store = store
        self._write = write
        self._moment = moment
        self._failed = failed
        self._told: Told = {}
        self._writing: asyncio.Task[None] | None = None

    def add(self, keys: Iterable[str], at: int) -> None:
        self._told |= dict.fromkeys(keys, at)
        if self._writing is None:
            self._writing = asyncio.create_task(self._later(), name=self._failed)

    async def _later(self) -> None:
        while self._told:
            await asyncio.sleep(self._moment)
            told, self._told = self._told, {}
            await self._note(told)
        self._writing = None

    async def _note(self, told: Told) -> None:
        try:
            await self._store.unit(lambda tx: self._write(tx, told))
        except Exception:
            log.exception(self._failed)


class Marks:
    """Which replies her page has; where it fails the outbox offers them again and her page drops the repeats."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._gathered = _Gathered(store, self._write, moment=MOMENT, failed="replies not marked")

    async def mark(self, reply_ids: list[str]) -> None:
        self._gathered.add(reply_ids, self._clock())

    def _write(self, tx: Tx, told: Told) -> None:
        outbox.handed(tx, list(told), now=self._clock())


class Presence:
    """Which pages are open; where it fails, as in a crash, one beat is lost and the next says it again."""

    def __init__(self, store: Store, clock: Callable[[], int], *, moment: float = PRESENCE) -> None:
        self._clock = clock
        self._gathered = _Gathered(store, conversations.saw, moment=moment, failed="open pages not noted")

    async def seen(self, token: str) -> None:
        self._gathered.add([token], self._clock())
