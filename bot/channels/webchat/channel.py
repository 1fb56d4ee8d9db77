"""The channel: routes for the web application, a door for the outbox."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.channels.base import Delivery, Receive, Sent
from bot.channels.webchat.guard import SecurityHeaders, own_origin
from bot.channels.webchat.http import HttpDoor
from bot.channels.webchat.intake import INBOX, Intake
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.page import MEGABYTE, page_files, page_html, widget_js
from bot.channels.webchat.ports import Files, Ports, Resumed
from bot.channels.webchat.rooms import Rooms
from bot.channels.webchat.socket import OpenPage
from bot.channels.webchat.uploads import Uploads
from bot.settings import Settings

MOST_PAGES = 10_000  # open sockets in this process; further pages use plain HTTP
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]  # refused by us, in Chinese and with our headers
FOREIGN = 1008


class WebChat:
    inbox = INBOX
    problem = None
    fetched = True

    def __init__(
        self,
        *,
        receive: Receive,
        history: Callable[[str | None, str | None], Awaitable[list[Sent] | None]],
        mark: Callable[[list[str]], Awaitable[None]],
        seen: Callable[[str], Awaitable[None]],
        resume: Callable[[str, str], Awaitable[Resumed | None]],
        dangerous: Callable[[str], bool],
        settings: Settings,
        clock: Callable[[], int],
        files: Files,
        limits: Limits | None = None,
    ) -> None:
        self._ports = Ports(
            receive=receive,
            history=history,
            mark=mark,
            seen=seen,
            resume=resume,
            dangerous=dangerous,
            clock=clock,
            files=files,
        )
        self._settings = settings
        self._intake = Intake(self._ports, limits or Limits())
        uploads = Uploads(settings.upload_mb * MEGABYTE)
        self._http = HttpDoor(self._ports, self._intake, uploads, public_url=settings.public_url)
        self._rooms = Rooms()
        self._pages: set[OpenPage] = set()
        self._page = page_html(settings)
        self._files = page_files()
        self._widget = widget_js(settings)

    async def start(self) -> None:
        """Nothing to start: the web server calls."""

    async def send(self, delivery: Delivery) -> bool:
        listeners = self._rooms.of(delivery.conversation)
        return any(await asyncio.gather(*(listener.push(delivery) for listener in listeners)))

    async def stop(self) -> None:
        await asyncio.gather(*(page.hang_up() for page in tuple(self._pages)))

    def routes(self) -> list[BaseRoute]:
        guard = [Middleware(SecurityHeaders, secure=self._settings.secure, embedders=self._settings.embedders)]
        return [
            Route("/", self._show_page, middleware=guard),
            Route("/chat/{name:path}", self._show_file, middleware=guard),
            Route("/api/messages", self._http.messages, methods=EVERY_METHOD, middleware=guard),
            Route("/widget.js", self._show_widget, middleware=guard),
            Route("/api/files", self._http.files, methods=EVERY_METHOD, middleware=guard),
            Route("/api/resume", self._http.resume, methods=EVERY_METHOD, middleware=guard),
            WebSocketRoute("/api/chat", self._open),
        ]

    async def _show_page(self, _request: Request) -> Response:
        return Response(self._page, media_type="text/html")

    async def _show_file(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        if found is None:
            return Response("没有这个文件", status_code=404, media_type="text/plain")
        content, media_type = found
        return Response(content, media_type=media_type)

    async def _show_widget(self, _request: Request) -> Response:
        # The one file that other sites load; without this a browser would not hand it to them.
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(self._widget, media_type="text/javascript", headers=headers)

    async def _open(self, websocket: WebSocket) -> None:
        headers = websocket.headers
        ours = own_origin(headers.get("origin"), headers.get("host"), self._settings.public_url)
        if not ours or len(self._pages) >= MOST_PAGES:
            await websocket.close(FOREIGN)  # before accept: the handshake is answered 403
            return
        await websocket.accept()
        page = OpenPage(websocket, ports=self._ports, intake=self._intake, rooms=self._rooms)
        self._pages.add(page)
        try:
            await page.run()
        finally:
            self._pages.discard(page)
