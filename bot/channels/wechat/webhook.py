"""The address the platform calls: checked, opened, answered in time."""

import asyncio
import logging
from collections.abc import Callable

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.wechat import words, xml
from bot.channels.wechat.account import Account
from bot.channels.wechat.envelope import SECOND, Envelope, Forged
from bot.channels.wechat.passive import ACKNOWLEDGED, Answer, Passive
from bot.channels.wechat.pushes import Push, Unreadable, read
from store import Store, Tx, budgets, conversations

logger = logging.getLogger("halfsky.wechat")

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 3.0
SUCCESS = "success"
WELCOMED = frozenset({"subscribe", "SCAN"})
CLOCK_EVERY = 60_000_000  # microseconds between two lines about the clock


class Webhook:
    def __init__(self, account: Account, passive: Passive, store: Store, clock: Callable[[], int]) -> None:
        self._account = account
        self._envelope = Envelope(account)
        self._passive = passive
        self._store = store
        self._clock = clock
        self.problem: str | None = None

    async def handle(self, request: Request) -> Response:
        try:
            if request.method == "GET":
                return PlainTextResponse(self._envelope.greeting(request.query_params))
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
            return await self._push(request, body)
        except Forged as error:
            self._forged(error)
            return PlainTextResponse("签名不对", status_code=403)
        except (xml.BadXml, ClientDisconnect, TimeoutError) as error:
            logger.warning("wechat_bad_push", extra={"error": type(error).__name__})
            return PlainTextResponse("请求格式不对", status_code=400)
        except TooLarge:
            return PlainTextResponse("内容太长", status_code=413)

    async def _push(self, request: Request, body: bytes) -> Response:
        now = self._clock()
        fields = self._envelope.open(request.query_params, body, now)
        self.problem = None
        try:
            push = read(fields, self._account.inbox, now)
        except Unreadable as error:
            # Signed, yet of a shape we do not know: bringing it twice more would not help her.
            logger.warning("wechat_unreadable", extra={"field": str(error)})
            return PlainTextResponse(SUCCESS)
        answer = await self._answer(push)
        if answer.text is None:
            return PlainTextResponse(SUCCESS, background=BackgroundTask(self._passive.shown, answer))
        reply = xml.write(
            {
                "ToUserName": push.her,
                "FromUserName": push.account,
                "CreateTime": now // SECOND,
                "MsgType": "text",
                "Content": answer.text,
            }
        )
        # Gone already: the platform brings the push again and gets the same answer, or the outbox takes it.
        task = None if await request.is_disconnected() else BackgroundTask(self._passive.shown, answer)
        return Response(self._envelope.close(reply, now), media_type="application/xml", background=task)

    async def _answer(self, push: Push) -> Answer:
        if push.inbound is not None:
            return await self._passive.answer(push, push.inbound)
        if push.event in WELCOMED:
            return Answer(words.WELCOME)  # nothing is kept of her before she says something
        if push.event == "unsubscribe":
            await self._left(push)
        return ACKNOWLEDGED

    async def _left(self, push: Push) -> None:
        """Nothing reaches her until she follows again and writes: staff see it before they write in vain."""

        def work(tx: Tx) -> None:
            found = conversations.by_address(tx, self._account.inbox, push.her)
            if found is not None:
                budgets.close(tx, found.id, self._account.limits, why="left", now=self._clock())

        await self._store.unit(work)

    def _forged(self, error: Forged) -> None:
        self.problem = "clock" if error.reason == "timestamp" else None
        logger.warning("wechat_forged", extra={"reason": error.reason})


class TooLarge(Exception):
    """More than a push can be."""


async def _body(request: Request) -> bytes:
    """At most BODY_LIMIT bytes ever stand in memory, whatever length was announced."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLarge
    return bytes(body)
