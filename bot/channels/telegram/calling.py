"""Sees to it that Telegram calls our address: set under the lease, looked after, set again when somebody removed it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from telegram import Bot, WebhookInfo

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.stint import Stint
from bot.channels.telegram.tenure import Tenure
from bot.channels.telegram.updates import WANTED

logger = logging.getLogger(__name__)

RECENT = timedelta(minutes=5)
TOGETHER = 40  # calls Telegram may make at once


class Calling:
    """While this process waits for the lease of one that polls, nothing is set: the two never fight."""

    def __init__(
        self,
        *,
        bot: Bot,
        address: str,
        secret: str,
        tenure: Tenure,
        prepare: Callable[[], Awaitable[None]],
        pace: Pace,
    ) -> None:
        self._bot = bot
        self._address = address
        self._secret = secret
        self._tenure = tenure
        self._prepare = prepare
        self._pace = pace
        self._stint = Stint(tenure, pace)
        self._refused = False

    @property
    def problem(self) -> str | None:
        return self._stint.problem or ("webhook" if self._refused else None)

    async def run(self) -> None:
        await self._stint.run(self._look_after)

    async def _look_after(self) -> None:
        try:
            await self._stint.again(self._begin)
            while True:
                await asyncio.sleep(self._pace.check)
                await self._stint.again(self._check)
        finally:
            # The address stays: what comes while nobody is here waits at Telegram's.
            await self._tenure.end(None)

    async def _begin(self) -> None:
        await self._prepare()
        await self._set()

    async def _set(self) -> None:
        """What waits is kept, whichever way it was to come."""
        await self._bot.set_webhook(
            self._address,
            secret_token=self._secret,
            allowed_updates=WANTED,
            max_connections=TOGETHER,
            drop_pending_updates=False,
        )
        logger.info("telegram_webhook_set")

    async def _check(self) -> None:
        info = await self._bot.get_webhook_info()
        if info.url != self._address:
            logger.warning("telegram_webhook_was_removed")
            await self._set()
        self._refused = refused(info)


def refused(info: WebhookInfo) -> bool:
    """Telegram met a fault of ours a moment ago, and something still waits for it."""
    last = info.last_error_date
    return bool(last and info.pending_update_count and datetime.now(UTC) - last < RECENT)
