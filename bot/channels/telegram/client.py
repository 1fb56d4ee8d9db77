"""The Bot API: telegram.Bot for what we send, raw JSON through its request object for what we read."""

import json
import os
from typing import Any
from urllib.parse import urlencode, urlsplit

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.telegram.updates import WANTED
from bot.settings import LOOPBACK

BATCH = 100  # the most Telegram gives at once
CONNECTIONS = 32


class Malformed(Exception):
    """The answer is not what the Bot API promises."""


class Client:
    def __init__(self, token: str, api_url: str, slack: float = 10.0) -> None:
        """`slack`: seconds an answer may be late."""
        self._slack = slack
        # PTB 22 warns on every 429 unless its newer form of `retry_after` is chosen.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        root = api_url.rstrip("/")
        # A proxy of the environment is the way to Telegram, never the way to this machine.
        options: dict[str, Any] = {"trust_env": urlsplit(root).hostname not in LOOPBACK}
        self._polls = HTTPXRequest(connection_pool_size=2, pool_timeout=slack, httpx_kwargs=options)
        self._calls = HTTPXRequest(
            connection_pool_size=CONNECTIONS, pool_timeout=slack, read_timeout=slack, httpx_kwargs=options
        )
        self.bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )

    async def updates(self, offset: int | None, seconds: int) -> list[Any]:
        """Wait up to `seconds` for updates from `offset` on; asking for it lets Telegram forget all below it."""
        asked: dict[str, Any] = {"timeout": seconds, "limit": BATCH, "allowed_updates": json.dumps(WANTED)}
        if offset is not None:
            asked["offset"] = offset
        # Bot.get_updates parses all or nothing, and PTB logs an answer it cannot parse: take the bytes.
        body = await self._polls.retrieve(
            f"{self.bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=seconds + self._slack
        )
        try:
            answer = json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
            raise Malformed("no list of updates")
        return list(answer["result"])

    async def close(self) -> None:
        await self._polls.shutdown()
        await self._calls.shutdown()
