"""The HTTP side of the simulated platform: its addresses, its token check, its faults on demand."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.wechat.simulator.platform import Fault, Json, Platform, error


def api(platform: Platform) -> Starlette:
    calls: dict[str, Callable[[Json], Json]] = {
        "/cgi-bin/message/custom/send": platform.custom_send,
        "/cgi-bin/message/subscribe/bizsend": platform.notice,
        "/cgi-bin/menu/create": platform.menu_create,
    }

    async def token(request: Request) -> Response:
        body = await _body(request)
        found = await _fault(platform, request, body)
        if found is not None:
            return found
        return JSONResponse(platform.stable_token(body, request.client.host if request.client else ""))

    async def call(request: Request) -> Response:
        body = await _body(request)
        found = await _fault(platform, request, body) or _checked(platform, request)
        return found or _text(calls[request.url.path](body))

    async def media(request: Request) -> Response:
        found = await _fault(platform, request, dict(request.query_params)) or _checked(platform, request)
        if found is not None:
            return found
        content, mime, until = platform.media.get(request.query_params.get("media_id", ""), (b"", "", 0))
        if until <= platform.clock():
            return _text(error(40007, "invalid media_id"))
        if mime.startswith("video/"):
            return _text({"video_url": str(request.url.replace(path="/video", query=request.url.query))})
        return Response(content, media_type=mime)

    async def video(request: Request) -> Response:
        content, mime, _until = platform.media[request.query_params["media_id"]]
        return Response(content, media_type=mime)

    return Starlette(
        routes=[
            Route("/cgi-bin/stable_token", token, methods=["POST"]),
            *(Route(path, call, methods=["POST"]) for path in calls),
            Route("/cgi-bin/media/get", media),
            Route("/video", video),
        ]
    )


async def _body(request: Request) -> Json:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _fault(platform: Platform, request: Request, body: Json) -> Response | None:
    platform.calls.append((request.url.path, body))
    fault: Fault | None = platform.take_fault(request.url.path)
    if fault is None:
        return None
    if fault.hang:
        await asyncio.sleep(fault.hang)
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.code is not None:
        return _text(error(fault.code, fault.message))
    return PlainTextResponse(fault.message, status_code=fault.status, headers=headers) if fault.status != 200 else None


def _checked(platform: Platform, request: Request) -> Response | None:
    refused = platform.check_token(request.query_params.get("access_token"))
    return None if refused is None else _text(refused)


def _text(body: dict[str, Any]) -> Response:
    """The platform sends JSON, and often calls it text/plain."""
    return PlainTextResponse(json.dumps(body, ensure_ascii=False))
