"""Telegram as a channel of the product: updates in, deliveries out."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError

from bot.channels.base import Delivery, Receive
from bot.channels.telegram import words
from bot.channels.telegram.client import Client
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.tenure import Tenure
from bot.channels.telegram.updates import Reader, Reading
from bot.settings import SettingsError
from store import Store

logger = logging.getLogger(__name__)

TOKEN = re.compile(r"(\d{1,20}):[\w-]{3,}", re.ASCII)
GROUPS_TOLD = 10_000


class Telegram:
    fetched = False

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        receive: Receive,
        store: Store,
        clock: Callable[[], int],
        owner: str,
        pace: Pace | None = None,
    ) -> None:
        """`clock` gives UTC microseconds; `owner` names this process in the lease."""
        shape = TOKEN.fullmatch(token)
        if shape is None:
            raise SettingsError("telegram_token 不像 Telegram 令牌：应是“数字:字母数字”，请向 @BotFather 核对")
        self.inbox = f"telegram:{shape[1]}"
        self._receive = receive
        self._clock = clock
        self._client = Client(token, api_url)
        self._bot = self._client.bot
        self._sender = Sender(self._bot)
        self._told: set[int] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._reader = Reader(self.inbox, lambda value: store.vault.mac("telegram-edit", value).hex())
        pace = pace or Pace()
        self._poller = Poller(
            client=self._client,
            tenure=Tenure(store, self.inbox, owner, clock, pace),
            read=self._read,
            handle=self._handle,
            lost=self._lost,
            prepare=self._prepare,
            pace=pace,
        )

    @property
    def problem(self) -> str | None:
        """Class of the failure polling suffers from right now, for health and doctor."""
        return self._poller.problem

    async def start(self) -> None:
        self._task = asyncio.create_task(self._poller.run(), name=self.inbox)

    async def send(self, delivery: Delivery) -> bool:
        await self._sender.send(delivery)
        return True

    async def stop(self) -> None:
        """What is being handled may finish, the rest stays with Telegram."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._client.close()

    async def _prepare(self) -> None:
        """A webhook set earlier would refuse every poll. The command menu is a convenience: no reason to stop."""
        await self._bot.get_me()
        await self._bot.delete_webhook(drop_pending_updates=False)
        try:
            await self._bot.set_my_commands(
                [BotCommand(name, label) for name, label in words.MENU], scope=BotCommandScopeAllPrivateChats()
            )
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("telegram_menu_failed", extra={"error": type(error).__name__})

    def _read(self, update: dict[str, Any]) -> Reading:
        """Also does what must not wait for its turn: the pressed button stops spinning, the group is told."""
        reading = self._reader.read(update, self._clock())
        if reading.callback is not None:
            stale = words.OLD_BUTTON if reading.inbound is None else None
            self._run(self._bot.answer_callback_query(reading.callback, text=stale))
        if reading.group is not None and reading.group not in self._told and len(self._told) < GROUPS_TOLD:
            self._told.add(reading.group)
            self._run(self._bot.send_message(reading.group, words.PRIVATE_ONLY))
        return reading

    async def _handle(self, reading: Reading) -> None:
        if reading.inbound is not None:
            await self._receive(reading.inbound)

    def _lost(self, reading: Reading) -> None:
        self._run(self._bot.send_message(int(reading.chat), words.SEND_AGAIN))

    def _run(self, call: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_errand(call))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _errand(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.info("telegram_errand_failed", extra={"error": type(error).__name__})
