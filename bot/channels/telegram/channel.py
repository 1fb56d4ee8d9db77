"""Telegram as a channel of the product: updates in, by polling or by webhook, and deliveries out."""

import asyncio
import logging
from collections.abc import Callable

from starlette.routing import BaseRoute, Route
from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError

from bot.channels.base import Delivery, Receive
from bot.channels.fetching import Fetcher, Keep
from bot.channels.telegram import words
from bot.channels.telegram.account import Account
from bot.channels.telegram.calling import Calling
from bot.channels.telegram.client import Client
from bot.channels.telegram.files import Files, shelf
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.taking import Taking
from bot.channels.telegram.tenure import Tenure
from bot.channels.telegram.updates import Reader
from bot.channels.telegram.webhook import PATH, Webhook
from bot.tasks import end
from store import Store

logger = logging.getLogger(__name__)


class Telegram:
    fetched = False

    def __init__(
        self,
        account: Account,
        *,
        receive: Receive,
        store: Store,
        clock: Callable[[], int],
        keep: Keep,
        owner: str,
        pace: Pace | None = None,
    ) -> None:
        """`clock` gives UTC microseconds; `owner` names this process in the lease."""
        self.inbox = account.inbox
        pace = pace or Pace()
        self._client = Client(account.token, account.api_url, pace.call)
        self._bot = self._client.bot
        self._sender = Sender(self._bot)
        reader = Reader(self.inbox, lambda value: store.vault.mac("telegram-message", value).hex())
        self._taking = Taking(self._bot, reader, receive, clock, staff_group=account.staff_group)
        self._files = Files(self._bot, account.token, account.api_url)
        self._fetcher = Fetcher(shelf(self.inbox), self._files, store, clock, keep, owner)
        self._task: asyncio.Task[None] | None = None
        tenure = Tenure(store, self.inbox, owner, clock, pace)
        self._webhook: Webhook | None = None
        self._way: Poller | Calling
        if account.webhook:
            # The same in every process of this deployment, and nobody has to keep it.
            secret = store.vault.mac("telegram-webhook", account.token).hex()
            self._webhook = Webhook(self._taking, secret, pace)
            self._way = Calling(
                bot=self._bot,
                address=account.webhook.rstrip("/") + PATH,
                secret=secret,
                tenure=tenure,
                prepare=self._introduce,
                pace=pace,
            )
        else:
            self._way = Poller(
                client=self._client,
                tenure=tenure,
                read=self._taking.read,
                handle=self._taking.handle,
                lost=self._taking.lost,
                prepare=self._prepare,
                pace=pace,
            )

    @property
    def problem(self) -> str | None:
        """Class of the failure our way in suffers from right now, for health and doctor."""
        return self._way.problem

    async def start(self) -> None:
        await self._fetcher.start()
        self._task = asyncio.create_task(self._way.run(), name=self.inbox)

    async def send(self, delivery: Delivery) -> bool:
        await self._sender.send(delivery)
        return True

    async def stop(self) -> None:
        """What is being handled may finish, the rest stays with Telegram."""
        await end(self._task)
        self._task = None
        await self._fetcher.stop()
        await self._taking.close()
        await self._files.close()
        await self._client.close()

    def routes(self) -> list[BaseRoute]:
        return [] if self._webhook is None else [Route(PATH, self._webhook.handle, methods=["POST"])]

    async def _prepare(self) -> None:
        """A webhook set earlier would refuse every poll."""
        await self._introduce()
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _introduce(self) -> None:
        """The command menu is a convenience: no reason to stop."""
        await self._bot.get_me()
        try:
            await self._bot.set_my_commands(
                [BotCommand(name, label) for name, label in words.MENU], scope=BotCommandScopeAllPrivateChats()
            )
        except InvalidToken:
            raise
        except TelegramError as error:
            logger.warning("telegram_menu_failed", extra={"error": type(error).__name__})
