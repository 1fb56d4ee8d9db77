"""Notes which replies her page has, many at a time: one commit a moment instead of one a message."""

import asyncio
import logging
from collections.abc import Callable

from store import Store, outbox

log = logging.getLogger("halfsky.marks")

MOMENT = 0.2  # seconds; a crash in between shows these replies twice, never not at all


class Marks:
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
