"""One process at a time looks after a token: it waits for the lease, works while it is ours, and never gives up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import RetryAfter

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.sending import wait_of
from bot.channels.telegram.tenure import Lost, Tenure

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Stint:
    def __init__(self, tenure: Tenure, pace: Pace) -> None:
        self._tenure = tenure
        self._pace = pace
        self.problem: str | None = None  # class of the last failure while it lasts, for health and doctor

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """For ever: wait for the lease, then do `work`, which does not return, while it is ours."""
        while True:
            await self._tenure.begin()
            keeper = asyncio.ensure_future(self._tenure.keep())
            worker = asyncio.ensure_future(work())
            try:
                await asyncio.wait({keeper, worker}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end(keeper, worker)

    async def again(self, step: Callable[[], Awaitable[T]]) -> T:
        """Until it works: the loop never dies, the network, Telegram or the store may be back soon."""
        tries = 0
        while True:
            try:
                result = await step()
            except Lost:
                raise
            except RetryAfter as error:
                self.problem = "RetryAfter"
                await asyncio.sleep(wait_of(error))
            except Exception as error:  # noqa: BLE001 - one place where whatever failed is tried again
                tries += 1
                self.problem = type(error).__name__
                logger.warning("telegram_poll_failed", extra={"error": self.problem, "tries": tries})
                await asyncio.sleep(self._pace.delay(tries))
            else:
                self.problem = None
                return result

    async def _end(self, *tasks: asyncio.Future[None]) -> None:
        """Asks again: a library below may swallow a cancellation, and the token would stay with us."""
        while pending := [task for task in tasks if not task.done()]:
            for task in pending:
                task.cancel()
            await asyncio.wait(pending, timeout=2 * self._pace.grace)
        await asyncio.gather(*tasks, return_exceptions=True)
