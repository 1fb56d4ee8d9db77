"""Keeps the house: destroys the keys of those who asked to be forgotten, once their time has come."""

import asyncio
import logging
from collections.abc import Callable

from bot.tasks import end
from store import Store, Tx, contacts, tickets

log = logging.getLogger("halfsky.keeper")

EVERY = 600.0
JUMP = 3_600_000_000  # a clock that jumps must not delete early


class Keeper:
    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="keeper")

    async def stop(self) -> None:
        await end(self._task)

    async def _work(self) -> None:
        while True:
            before, started = self._clock(), asyncio.get_running_loop().time()
            await asyncio.sleep(EVERY)
            passed = (asyncio.get_running_loop().time() - started) * 1_000_000
            now = self._clock()
            if abs((now - before) - passed) > JUMP:
                log.error("clock jumped: nothing is deleted in this round")
                continue
            try:
                await self._store.unit(lambda tx, now=now: forget_due(tx, now=now))  # type: ignore[misc]  # bound early
            except Exception:
                log.exception("keeper round failed")


def forget_due(tx: Tx, *, now: int) -> int:
    """Destroy the keys that are due; never of somebody with an open danger ticket. Returns how many."""
    done = 0
    for contact_id in contacts.due_for_erasing(tx, now=now):
        if not any(ticket.danger_level for ticket in tickets.open_of_contact(tx, contact_id)):
            contacts.erase(tx, contact_id)
            done += 1
    return done
