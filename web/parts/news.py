"""Tells an open page what was committed, at most a few times a second."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import background_tasks, context

from store import Store
from store.errors import StoreError
from tickets.errors import Refused

log: Final = logging.getLogger("halfsky.desk")
PAUSE: Final = 0.15  # seconds in which news are gathered
MINUTE: Final = 30.0  # seconds after which relative times are written anew


class News:
    """One listener a page. Followers run one after another, in the order they came."""

    def __init__(self, store: Store) -> None:
        self._client = context.client
        self._followers: list[tuple[frozenset[str], Callable[[], Awaitable[None]]]] = []
        self._topics: set[str] = set()
        self._awake = asyncio.Event()
        stop = store.listen(self._hear)
        self._task = background_tasks.create(self._run(), name="news of a staff page")
        self._client.on_delete(lambda: (stop(), self._task.cancel()))

    def follow(self, topics: set[str], refresh: Callable[[], Awaitable[None]]) -> None:
        self._followers.append((frozenset(topics), refresh))

    def _hear(self, topics: frozenset[str]) -> None:
        self._topics |= topics
        self._awake.set()

    async def _run(self) -> None:
        while not self._client.is_deleted:
            everything = False
            try:
                await asyncio.wait_for(self._awake.wait(), MINUTE)
                await asyncio.sleep(PAUSE)
            except TimeoutError:
                everything = True
            self._awake.clear()
            topics, self._topics = self._topics, set()
            for wanted, refresh in list(self._followers):
                if everything or wanted & topics:
                    await self._tell(refresh)

    async def _tell(self, refresh: Callable[[], Awaitable[None]]) -> None:
        try:
            with self._client:
                await refresh()
        except (Refused, StoreError, RuntimeError):  # gone or forbidden meanwhile; the next click says so in words
            log.warning("refresh failed", exc_info=False)
