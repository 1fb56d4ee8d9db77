"""The official account as a channel of the product: pushes in, deliveries out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.routing import BaseRoute, Route

from bot.channels.base import Delivery, Receive
from bot.channels.fetching import Fetcher, Keep
from bot.channels.wechat.account import Account
from bot.channels.wechat.client import Client, new_http
from bot.channels.wechat.media import Media, shelf
from bot.channels.wechat.passive import PATIENCE, Passive
from bot.channels.wechat.sending import Sender
from bot.channels.wechat.tokens import Tokens
from bot.channels.wechat.webhook import Webhook
from bot.tasks import end
from store import Store

logger = logging.getLogger("halfsky.wechat")

PATH = "/wechat"
CATCH_UP = 15.0  # seconds between two looks for pushes that a dead process had acknowledged


class WeChat:
    fetched = False

    def __init__(
        self,
        account: Account,
        *,
        receive: Receive,
        store: Store,
        clock: Callable[[], int],
        mark: Callable[[list[str]], Awaitable[None]],
        keep: Keep,
        owner: str,
        patience: float = PATIENCE,
    ) -> None:
        """`clock` gives UTC microseconds; `mark` notes replies she has; `owner` names this process in leases."""
        self.inbox = account.inbox
        self._http = new_http(account.api_url)
        self.client = Client(account.api_url, Tokens(account, store, self._http, clock, owner), self._http)
        self._sender = Sender(account, self.client, store, clock)
        self._passive = Passive(account, receive, store, clock, mark, patience=patience)
        self._webhook = Webhook(account, self._passive, store, clock)
        self._task: asyncio.Task[None] | None = None
        self._fetcher = Fetcher(shelf(account.inbox), Media(self.client), store, clock, keep, owner)

    @property
    def problem(self) -> str | None:
        """Class of the fault the last call to the platform met, or the last push from it."""
        return self.client.problem or self._webhook.problem

    async def start(self) -> None:
        """The platform calls us; her voice and pictures must be fetched, and nothing acknowledged be left over."""
        await self._fetcher.start()
        self._task = asyncio.create_task(self._catch_up(), name=f"late:{self.inbox}")

    async def send(self, delivery: Delivery) -> bool:
        await self._sender.send(delivery)
        return True

    async def stop(self) -> None:
        await end(self._task)
        await self._passive.stop()
        await self._fetcher.stop()
        await self._http.aclose()

    async def _catch_up(self) -> None:
        while True:
            try:
                await self._passive.catch_up()
            except Exception as error:  # noqa: BLE001 - what is kept stays kept, and is tried again
                logger.warning("wechat_catch_up_failed", extra={"error": type(error).__name__})
            await asyncio.sleep(CATCH_UP)

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self._webhook.handle, methods=["GET", "POST"])]
