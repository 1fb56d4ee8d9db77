"""The right of one process to poll one token: a lease row, renewed, and the offset written under it."""

import asyncio
import logging
from collections.abc import Callable

from bot.channels.telegram.pace import Pace
from store import Store, Tx, leases, offsets

logger = logging.getLogger(__name__)

SECOND = 1_000_000


class Lost(Exception):
    """Another process polls now."""


class Tenure:
    def __init__(self, store: Store, inbox: str, owner: str, clock: Callable[[], int], pace: Pace) -> None:
        self._store = store
        self._inbox = inbox
        self._owner = owner
        self._clock = clock
        self._pace = pace
        self._confirmed: int | None = None

    async def begin(self) -> None:
        """Returns once the lease is ours."""
        while True:
            if await self._take():
                logger.info("telegram_poll_begins")
                return
            await asyncio.sleep(self._pace.lease / 6)

    async def keep(self) -> None:
        """Renews the lease; returns when it is lost or could not be renewed in time."""
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while loop.time() - renewed < self._pace.lease:
            await asyncio.sleep(self._pace.lease / 3)
            took = await self._take()
            if took:
                renewed = loop.time()
            elif took is False:
                break
        logger.warning("telegram_lease_lost")

    async def position(self) -> int | None:
        self._confirmed = await self._store.read(lambda tx: offsets.position(tx, self._inbox))
        return self._confirmed

    async def confirm(self, offset: int | None) -> None:
        """Store how far everything is committed, if it moved; raises Lost when the lease is not ours any more."""
        if offset is None or offset == self._confirmed:
            return

        def work(tx: Tx) -> bool:
            ours = leases.holds(tx, self._inbox, self._owner, now=self._clock())
            if ours:
                offsets.confirm(tx, self._inbox, offset)
            return ours

        if not await self._store.unit(work):
            raise Lost
        self._confirmed = offset

    async def end(self, offset: int | None) -> None:
        """Leave in good order, so that the next process begins at once where we stopped."""
        try:
            await self.confirm(offset)
            await self._store.unit(lambda tx: leases.drop(tx, self._inbox, self._owner))
        except Exception as error:  # noqa: BLE001 - the lease runs out by itself, what is not confirmed comes again
            logger.warning("telegram_farewell_failed", extra={"error": type(error).__name__})

    async def _take(self) -> bool | None:
        """None: the store could not say."""
        now = self._clock()
        until = now + int(self._pace.lease * SECOND)
        try:
            return await self._store.unit(lambda tx: leases.take(tx, self._inbox, self._owner, now=now, until=until))
        except Exception as error:  # noqa: BLE001 - a store out of order is no reason to stop trying
            logger.warning("telegram_lease_failed", extra={"error": type(error).__name__})
            return None
