"""Notes whose page is open, many at a time: pages beat all day long, and none of it deserves a commit of its own."""

import asyncio
import logging
from collections.abc import Callable

from store import Store, conversations

log = logging.getLogger("halfsky.presence")

MOMENT = 5.0  # seconds; a page beats every 25, so nobody looks away because of it


class Presence:
    def __init__(self, store: Store, clock: Callable[[], int], *, moment: float = MOMENT) -> None:
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
