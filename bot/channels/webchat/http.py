"""POST and GET /api/messages, POST /api/resume and /api/files: for pages without a socket, and for integrators."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.webchat.guard import foreign_origin
from bot.channels.webchat.intake import Intake
from bot.channels.webchat.ports import Ports
from bot.channels.webchat.refusal import Refusal, malformed, too_large, unknown
from bot.channels.webchat.uploads import Uploads
from bot.channels.webchat.wire import (
    BODY_LIMIT,
    Json,
    JsonAnswer,
    decode,
    letter,
    refusal_json,
    replies_json,
    reply_id,
    resumed_json,
    token,
)

BODY_SECONDS = 15
Handler = Callable[[Request], Awaitable[Response]]


class HttpDoor:
    def __init__(self, ports: Ports, intake: Intake, uploads: Uploads, *, public_url: str) -> None:
        self._ports = ports
        self._intake = intake
        self._uploads = uploads
        self._public_url = public_url

    async def messages(self, request: Request) -> Response:
        return await self._answer(request, {"GET": self._later, "HEAD": self._later, "POST": self._post})

    async def resume(self, request: Request) -> Response:
        return await self._answer(request, {"POST": self._resume})

    async def files(self, request: Request) -> Response:
        return await self._answer(request, {"POST": self._upload})

    async def _answer(self, request: Request, handlers: dict[str, Handler]) -> Response:
        try:
            return await handlers.get(request.method, _not_offered)(request)
        except Refusal as refusal:
            headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
            return JsonAnswer(refusal_json(refusal), status_code=refusal.status, headers=headers)

    async def _post(self, request: Request) -> Response:
        receipt = await self._intake.take(letter(await self._body(request)), address(request))
        answer = {"conversation": receipt.conversation, "replies": replies_json(receipt.replies)}
        return JsonAnswer(answer, background=self._marking([reply.id for reply in receipt.replies]))

    async def _later(self, request: Request) -> Response:
        conversation = token(request.headers.get("x-conversation"))
        # Our page sends it in a header: addresses end up in the logs of proxies.
        after = reply_id(request.query_params.get("after") or request.headers.get("x-after"))
        if conversation is None and after is None:
            raise malformed("缺少 after 或 X-Conversation")
        replies = await self._ports.history(conversation, after)
        if replies is None:
            raise unknown()
        if conversation is not None:
            await self._ports.seen(conversation)
        return JsonAnswer({"replies": replies_json(replies)}, background=self._marking([reply.id for reply in replies]))

    async def _resume(self, request: Request) -> Response:
        body = await self._body(request)
        resumed = await self._intake.resume(body.get("words"), address(request))
        return JsonAnswer(resumed_json(resumed), background=self._marking(resumed.reply_ids))

    async def _upload(self, request: Request) -> Response:
        self._refuse_foreign(request)
        conversation = token(request.headers.get("x-conversation"))
        if conversation is not None and not await self._intake.knows(conversation):
            raise unknown()
        self._intake.check_file(conversation, address(request))
        upload = await self._uploads.take(request)
        return JsonAnswer({"file": await self._intake.stage(upload), "kind": upload.kind})

    def _marking(self, ids: list[str]) -> BackgroundTask | None:
        """After the answer is out, never before: a crash in between shows a reply twice, not never."""
        return BackgroundTask(self._ports.mark, ids) if ids else None

    def _refuse_foreign(self, request: Request) -> None:
        if foreign_origin(request.headers.get("origin"), request.headers.get("host"), self._public_url):
            raise Refusal(403, "不接受来自其他网站的请求")

    async def _body(self, request: Request) -> Json:
        self._refuse_foreign(request)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return decode(await read_capped(request))
        except TimeoutError as error:
            raise Refusal(408, "请求太慢，请重试") from error
        except ClientDisconnect as error:
            raise Refusal(400, "请求没有发完") from error


async def _not_offered(_request: Request) -> Response:
    raise Refusal(405, "这个地址不支持这种请求")


async def read_capped(request: Request) -> bytes:
    """At most BODY_LIMIT bytes ever stand in memory, whatever length was announced."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 9 or int(announced) > BODY_LIMIT:
        raise too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise too_large()
    return bytes(body)


def address(request: Request) -> str:
    """The peer itself: a header may say anything."""
    return request.client.host if request.client else ""
