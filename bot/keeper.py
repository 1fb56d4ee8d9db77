"""Keeps the house: reminders, calls that are owed, and forgetting those who asked for it, also after a restore."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from bot.tasks import end
from store import Store, Tx, erasures
from tickets import callbacks, casework, erasing
from tickets.booking.reminding import remind_due
from tickets.service import Service

log = logging.getLogger("halfsky.keeper")

EVERY = 60.0
JUMP = 3_600_000_000  # a clock that jumps must not delete early
LIST = "erased.txt"  # beside the keys: no backup holds either


class Keeper:
    def __init__(self, store: Store, clock: Callable[[], int], service: Service, *, var: Path, keys: Path) -> None:
        """`var`: where her files lie. `keys`: the key file; the list of the forgotten lies beside it."""
        self._store = store
        self._clock = clock
        self._service = service
        self._var = var
        self._list = keys.parent / LIST
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.hide_returned()
        self._task = asyncio.create_task(self._work(), name="keeper")

    async def stop(self) -> None:
        await end(self._task)

    async def hide_returned(self) -> int:
        """Before any door opens: a restored backup brings nobody back who was forgotten after it was made."""
        lines = await asyncio.to_thread(erasing.read_list, self._list)
        if not lines:
            return 0
        now = self._clock()
        again = await self._store.unit(lambda tx: erasing.hide_returned(tx, lines, now=now))
        if again:
            log.warning("forgotten again after a restore", extra={"contacts": again})
        return again

    async def round(self) -> None:
        """One look at everything; each part by itself, so that one that fails stops no other."""
        for part in (self.hand_back, self.remind, self.owe_calls, self.write_list, self.forget):
            try:
                await part()
            except Exception:
                log.exception("keeper round failed", extra={"part": part.__name__})

    async def remind(self) -> int:
        now = self._clock()
        return await self._store.unit(lambda tx: remind_due(self._service, tx, now=now))

    async def hand_back(self) -> int:
        now = self._clock()
        return await self._store.unit(lambda tx: casework.run_out(self._service, tx, now=now))

    async def owe_calls(self) -> int:
        now = self._clock()
        return await self._store.unit(lambda tx: callbacks.sweep(self._service, tx, now=now))

    async def write_list(self) -> None:
        """On the disk first, then noted: a crash in between writes a line twice, which is harmless."""
        fresh = await self._store.read(erasures.unlisted)
        if fresh:
            await asyncio.to_thread(erasing.write_list, self._list, [line for _, line in fresh])
            now, ids = self._clock(), [row_id for row_id, _ in fresh]
            await self._store.unit(lambda tx: erasures.listed(tx, ids, now=now))

    async def forget(self) -> int:
        now = self._clock()
        done, files = await self._store.unit(lambda tx: erasing.destroy_due(tx, now=now))
        for name in files:  # sealed with a key that is gone; removed all the same
            await asyncio.to_thread((self._var / name).unlink, missing_ok=True)
        return done

    async def _work(self) -> None:
        while True:
            before, started = self._clock(), asyncio.get_running_loop().time()
            await asyncio.sleep(EVERY)
            passed = (asyncio.get_running_loop().time() - started) * 1_000_000
            if abs((self._clock() - before) - passed) > JUMP:
                log.error("clock jumped: nothing is done in this round")
                continue
            await self.round()


def forget_due(tx: Tx, *, now: int) -> int:
    """Destroy the keys that are due; never of somebody with an open danger ticket. Returns how many."""
    return erasing.destroy_due(tx, now=now)[0]
