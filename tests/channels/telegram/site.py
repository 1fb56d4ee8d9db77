"""The channel's own address on a real port, as the program shows it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import Receive
from bot.channels.telegram import Pace, Telegram
from store import Store
from tests.channels.telegram.kit import FAST, channel
from tests.running import free_port
from tests.telegram_api import TelegramApi


@contextlib.asynccontextmanager
async def called(
    api: TelegramApi, store: Store, receive: Receive, owner: str = "one", pace: Pace = FAST
) -> AsyncIterator[tuple[Telegram, str]]:
    """A process that Telegram calls; its address is what the loopback Bot API is given."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    telegram = channel(api, store, receive, owner, pace, webhook=base)
    config = uvicorn.Config(
        Starlette(routes=telegram.routes()), port=port, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.01)
    await telegram.start()
    try:
        yield telegram, f"{base}/telegram"
    finally:
        server.should_exit = True
        await serving
        await telegram.stop()
