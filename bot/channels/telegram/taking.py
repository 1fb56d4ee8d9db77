"""What both ways in share: a raw update is read, what must not wait is done at once, her words go to the pipeline."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import Receive
from bot.channels.telegram import words
from bot.channels.telegram.updates import Reader, Reading

logger = logging.getLogger(__name__)

GROUPS_TOLD = 10_000
NAMED_EVERY = 10_000_000  # microseconds between two answers with a group's id


class Taking:
    def __init__(
        self, bot: Bot, reader: Reader, receive: Receive, clock: Callable[[], int], *, staff_group: int | None
    ) -> None:
        self._bot = bot
        self._reader = reader
        self._receive = receive
        self._clock = clock
        self._told: set[int] = set() if staff_group is None else {staff_group}  # staff know what they have it for
        self._named: dict[int, int] = {}
        self._errands: set[asyncio.Task[None]] = set()

    def read(self, update: dict[str, Any]) -> Reading:
        """Also does what must not wait for its turn: the pressed button stops spinning, the group is told."""
        reading = self._reader.read(update, self._clock())
        if reading.callback is not None:
            stale = words.OLD_BUTTON if reading.inbound is None else None
            self._run(self._bot.answer_callback_query(reading.callback, text=stale))
        if reading.group is not None:
            self._group(reading.group, asks=reading.asks_id)
        return reading

    async def handle(self, reading: Reading) -> None:
        """Returns once it is committed."""
        if reading.inbound is not None:
            await self._receive(reading.inbound)

    def lost(self, reading: Reading) -> None:
        """It could not be handled, however often it came: she is asked to say it again."""
        self._run(self._bot.send_message(int(reading.chat), words.SEND_AGAIN))

    async def close(self) -> None:
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    def _group(self, group: int, *, asks: bool) -> None:
        """Nothing of a group is kept, and whatever is said there gets one polite line ever, or its id."""
        now = self._clock()
        if asks and now - self._named.get(group, 0) >= NAMED_EVERY and len(self._named) < GROUPS_TOLD:
            self._named[group] = now
            self._run(self._bot.send_message(group, words.GROUP_ID.format(id=group)))
        elif not asks and group not in self._told and len(self._told) < GROUPS_TOLD:
            self._told.add(group)
            self._run(self._bot.send_message(group, words.PRIVATE_ONLY))

    def _run(self, call: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_errand(call))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _errand(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.info("telegram_errand_failed", extra={"error": type(error).__name__})
