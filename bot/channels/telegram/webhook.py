"""The address Telegram calls: only with the secret it was given, and acknowledged only once it is committed."""

import asyncio
import hmac
import json
import logging
from collections import OrderedDict
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.taking import Taking
from bot.channels.telegram.updates import Reading

logger = logging.getLogger(__name__)

PATH = "/telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
BODY_LIMIT = 256 * 1024  # an update holds a message of 4,096 characters, and perhaps the one it answers
BODY_SECONDS = 5.0
GIVE_UP = 20  # tries of one update while others succeed; Telegram lets her next ones wait behind it
REMEMBERED = 1_000


class Webhook:
    def __init__(self, taking: Taking, secret: str, pace: Pace) -> None:
        self._taking = taking
        self._secret = secret.encode()
        self._pace = pace
        self._succeeded = 0
        self._failed: OrderedDict[int, tuple[int, int]] = OrderedDict()  # update -> tries, successes before the first

    async def handle(self, request: Request) -> Response:
        """Everything but 2xx makes Telegram bring the update again."""
        given = request.headers.get(SECRET, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            logger.warning("telegram_forged")
            return Response(status_code=403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TooLarge:
            logger.warning("telegram_update_too_large")
            return Response(status_code=413)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408)
        return Response(status_code=await self._take(body))

    async def _take(self, body: bytes) -> int:
        update_id, reading = self._read(body)
        if reading is None or reading.inbound is None:
            return 200
        try:
            async with asyncio.timeout(self._pace.handle):
                await self._taking.handle(reading)
        except Exception as error:  # noqa: BLE001 - whatever it was, the update is not committed and must come again
            return self._failure(update_id, reading, type(error).__name__)
        self._failed.pop(update_id, None)
        self._succeeded += 1
        return 200

    def _read(self, body: bytes) -> tuple[int, Reading | None]:
        """What Telegram has signed but nobody can read would not be readable the next time either."""
        update_id = 0
        try:
            update: Any = json.loads(body.decode("utf-8", "replace"))
            update_id = int(update["update_id"])
            return update_id, self._taking.read(update)
        except Exception as error:  # noqa: BLE001 - a shape nobody foresaw must not come for ever
            # Not logger.exception: the traceback could quote her.
            extra = {"update": update_id, "error": type(error).__name__}
            logger.error("telegram_update_unreadable", extra=extra)  # noqa: TRY400 - see above
            return update_id, None

    def _failure(self, update_id: int, reading: Reading, error: str) -> int:
        tries, before = self._failed.pop(update_id, (0, self._succeeded))
        tries += 1
        logger.warning("telegram_update_failed", extra={"update": update_id, "error": error, "tries": tries})
        if tries >= GIVE_UP and self._succeeded > before:
            logger.error("telegram_update_given_up", extra={"update": update_id, "tries": tries})
            self._taking.lost(reading)
            return 200
        self._failed[update_id] = (tries, before)
        while len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)
        return 503


class TooLarge(Exception):
    """More than an update can be."""


async def _body(request: Request) -> bytes:
    """At most BODY_LIMIT bytes ever stand in memory, whatever length was announced."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLarge
    return bytes(body)
