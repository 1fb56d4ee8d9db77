"""The other way in: the loopback Bot API calls a webhook as the real one does, in order inside a chat."""

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.telegram_api import TelegramApi

Json = dict[str, Any]
RETRY = 0.05  # seconds; the real server waits longer and longer
REPEATED = 1  # how often the same update is brought at once


class Pusher:
    """While a webhook is set: each chat's updates one after the other, several chats side by side."""

    def __init__(self, api: "TelegramApi") -> None:
        self._api = api
        self._chats: dict[int, asyncio.Task[None]] = {}
        self.last_error: Json = {}
        self.repeated = REPEATED
        self.addresses: list[str] = []  # a proxy in front of several processes: each call goes to the next
        self._calls = 0

    def news(self) -> None:
        if not self._api.webhook:
            return
        for update in self._api.pending:
            chat = chat_of(update)
            task = self._chats.get(chat)
            if task is None or task.done():
                self._chats[chat] = asyncio.get_running_loop().create_task(self._chat(chat))

    async def stop(self) -> None:
        for task in self._chats.values():
            task.cancel()
        await asyncio.gather(*self._chats.values(), return_exceptions=True)

    async def _chat(self, chat: int) -> None:
        while self._api.webhook:
            update = next((one for one in self._api.pending if chat_of(one) == chat), None)
            if update is None:
                return
            statuses = await asyncio.gather(*(self._bring(update) for _ in range(self.repeated)))
            if all(200 <= status < 300 for status in statuses):
                self._api.forget(update["update_id"])
            else:
                bad = next(status for status in statuses if not 200 <= status < 300)
                self.last_error = {
                    "last_error_date": int(time.time()),
                    "last_error_message": f"Wrong response from the webhook: {bad}",
                }
                await asyncio.sleep(RETRY)

    async def _bring(self, update: Json) -> int:
        target = self._api.webhook
        if self.addresses:
            self._calls += 1
            target = self.addresses[self._calls % len(self.addresses)]
        with contextlib.suppress(OSError, ValueError, IndexError):
            return await post(target, json.dumps(update).encode(), {SECRET: self._api.secret})
        return 0


SECRET = "X-Telegram-Bot-Api-Secret-Token"


def chat_of(update: Json) -> int:
    body: Json = next(value for name, value in update.items() if name != "update_id")
    chat = body.get("chat") or body["message"]["chat"]
    return int(chat["id"]) if isinstance(chat, dict) else 0


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of one POST over a connection of its own."""
    target = urlsplit(url)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.netloc}", "Content-Type: application/json"]
        lines += [f"Content-Length: {len(body)}", "Connection: close", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
