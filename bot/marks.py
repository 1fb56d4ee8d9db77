"""Notes what pages tell of themselves, many at a time: one commit a moment instead of one a message or a beat."""

import asyncio
import logging
from collections.abc import Callable

from store import Store, conversations, outbox

log = logging.getLogger("halfsky.marks")

MOMENT = 0.2  # seconds; a crash in between shows these replies twice, never not at all
PRESENCE = 5.0  # seconds; a page beats every 25


class Marks:
    """Which replies her page has."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._ids: list[str] = []
        self._writing: asyncio.Task[None] | None = None

    async def mark(self, reply_ids: list[str]) -> None:
        """Notes them a moment later; nobody waits for it."""
        self._ids += reply_ids
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="marks")

    async def _write(self) -> None:
        while self._ids:
            await asyncio.sleep(MOMENT)
            ids, self._ids = self._ids, []
            try:
                await self._store.unit(lambda tx, ids=ids: outbox.handed(tx, ids, now=self._clock()))  # type: ignore[misc]  # bound early
            except Exception:
                log.exception("replies not marked")  # the outbox offers them again, her page drops the repeats
        self._writing = None


class Presence:
    """Which pages are open."""

    def __init__(self, store: Store, clock: Callable[[], int], *, moment: float = PRESENCE) -> None:
        self._store = store
        self._clock = clock
        self._moment = moment
        self._seen: dict[str, int] = {}  # token -> UTC microseconds
        self._writing: asyncio.Task[None] | None = None

    async def seen(self, token: str) -> None:
        """Notes it a moment later; nobody waits for it, and a crash in between loses one beat."""
        self._seen[token] = self._clock()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="presence")

    async def _write(self) -> None:
        while self._seen:
            await asyncio.sleep(self._moment)
            seen, self._seen = self._seen, {}
            try:
                await self._store.unit(lambda tx, seen=seen: conversations.saw(tx, seen))  # type: ignore[misc]  # bound early
            except Exception:
                log.exception("open pages not noted")  # the next beat says it again
        self._writing = None
