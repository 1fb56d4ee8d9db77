"""Fetches her voice and pictures while the platform still has them: three days, then the media id is dead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.backoff import backoff
from bot.channels.base import Later
from bot.channels.wechat.client import MEDIA_LIMIT, Client, Rejected
from bot.tasks import end
from store import Store, files, leases
from store.files import Waiting

logger = logging.getLogger("halfsky.wechat")

SECOND = 1_000_000
KEPT = 3 * 86_400 * SECOND  # source: 获取临时素材, 媒体文件保存3天
EVERY = 2.0
LEASE = 60 * SECOND
PATIENT = 200  # files whose failures are remembered

Keep = Callable[[int, bytes, str], Awaitable[None]]  # (attachment, content, media type) -> kept for good


class Fetcher:
    def __init__(
        self, inbox: str, client: Client, store: Store, clock: Callable[[], int], keep: Keep, owner: str
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._store = store
        self._clock = clock
        self._keep = keep
        self._owner = owner
        self._tries: dict[int, tuple[int, int]] = {}  # attachment -> failures, not before
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name=f"media:{self._inbox}")

    async def stop(self) -> None:
        await end(self._task)

    async def _work(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - a store out of order is no reason to stop trying
                logger.warning("wechat_media_failed", extra={"error": type(error).__name__})
            await asyncio.sleep(EVERY)

    async def round(self) -> int:
        """Fetch what waits and is due; returns how many were fetched."""
        now = self._clock()
        found = await self._store.read(lambda tx: files.waiting(tx, self._inbox, since=now - KEPT))
        due = [one for one in found if self._tries.get(one.id, (0, 0))[1] <= now]
        if not due:
            return 0
        name = f"media:{self._inbox}"
        if not await self._store.unit(lambda tx: leases.take(tx, name, self._owner, now=now, until=now + LEASE)):
            return 0
        done = [await self._fetch(one) for one in due]
        return sum(done)

    async def _fetch(self, one: Waiting) -> bool:
        try:
            content, kind = await self._client.media(one.remote_id)
        except Rejected as error:
            logger.warning("wechat_media_gone", extra={"code": error.answer.code, "attachment": one.id})
            await self._store.unit(lambda tx: files.give_up(tx, one.id))
            return False
        except Later as error:
            failures = self._tries.get(one.id, (0, 0))[0]
            wait = backoff(min(failures, 8)) if error.seconds is None else error.seconds
            self._tries[one.id] = (failures + 1, self._clock() + int(wait * SECOND))
            while len(self._tries) > PATIENT:
                del self._tries[next(iter(self._tries))]
            return False
        if not content or len(content) > MEDIA_LIMIT:
            await self._store.unit(lambda tx: files.give_up(tx, one.id))
            return False
        await self._keep(one.id, content, one.mime if kind in {"", "application/octet-stream"} and one.mime else kind)
        self._tries.pop(one.id, None)
        return True
