"""The open sockets of living sessions; a session that ends takes its sockets with it within a second."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from store import Store
from store.sessions import TOPIC
from web.auth.visit import Door, Visit

SWEEP: Final = 0.5  # seconds: another process on SQLite cannot tell us that it ended a session
PRESENT: Final = 15.0  # seconds between two notes that a workbench is open
FAREWELL: Final = 0.2  # seconds for the page to be sent to the sign-in before its socket goes


@dataclass(slots=True, eq=False)
class Line:
    """One open socket or one waiting poll."""

    visit: Visit
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Looks after open lines: asks the store twice a second, and at once when a session was ended here."""

    def __init__(self, store: Store, door: Door, farewell: Callable[[int], None]) -> None:
        """`farewell(session_id)` tells the pages of an ended session where to go."""
        self._store = store
        self._door = door
        self._farewell = farewell
        self._lines: set[Line] = set()
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._noted = 0.0

    @contextlib.contextmanager
    def line(self, visit: Visit) -> Iterator[Line]:
        line = Line(visit)
        self._lines.add(line)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch(), name="sessions of open sockets")
        try:
            yield line
        finally:
            self._lines.discard(line)

    async def _watch(self) -> None:
        stop = self._store.listen(self._hear)
        try:
            while self._lines:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), SWEEP)
                self._news.clear()
                await self._sweep()
        finally:
            # Whatever stopped us: a socket nobody looks after must not stay open.
            stop()
            for line in self._lines:
                line.visit.ended = True
                line.closed.set()

    def _hear(self, topics: frozenset[str]) -> None:
        if TOPIC in topics:
            self._news.set()

    async def _sweep(self) -> None:
        lines = [line for line in self._lines if not line.closed.is_set()]
        if not lines:
            return
        living = await self._door.living({line.visit.session_id for line in lines})
        gone = [line for line in lines if line.visit.session_id not in living]
        for line in gone:
            line.visit.ended = True
        for session_id in {line.visit.session_id for line in gone}:
            self._farewell(session_id)
        if gone:
            await asyncio.sleep(FAREWELL)
        for line in gone:
            line.closed.set()
        await self._note({line.visit.who.seat_id for line in lines} - {line.visit.who.seat_id for line in gone})

    async def _note(self, seat_ids: set[int]) -> None:
        if seat_ids and time.monotonic() - self._noted > PRESENT:
            self._noted = time.monotonic()
            await self._door.note_present(seat_ids)
