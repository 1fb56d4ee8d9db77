"""Stands in front of the whole application: session, origin and ownership first, security headers on every answer."""

import logging
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from nicegui import Client
from nicegui import core as nicegui_core
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from store import Store
from web.auth import cookies
from web.auth.forms import local_path, refusal_page
from web.auth.frames import bind_frames, clients_of, owns
from web.auth.headers import dress, sockets_of
from web.auth.live import Live
from web.auth.origins import SAFE_METHODS, foreign, own_origins, trusted_change, trusted_socket
from web.auth.permissions import PASSWORD, SIGN_IN, sign_in_address
from web.auth.quiet import hide_ids, plain_not_found
from web.auth.sockets import carry
from web.auth.visit import SCOPE_KEY, Door, Rules, Visit

log: Final = logging.getLogger("halfsky.auth")
PULSE: Final = "/desk/session"  # asked by the page itself: no sign that anybody is there
OPEN: Final = frozenset({SIGN_IN, "/desk/sign-out", "/desk/sign-in.css", "/desk/session.js"})
BEFORE_NEW_PASSWORD: Final = OPEN | {PASSWORD, PULSE}
CLIENT_PATH: Final = re.compile(r"/_nicegui/client/([^/]+)/")


def part_of(path: str) -> str:
    """socket, file (NiceGUI's), forms, staff or public."""
    if path.startswith("/_nicegui_ws"):
        return "socket"
    if path.startswith("/_nicegui"):
        return "file"
    if path in BEFORE_NEW_PASSWORD:
        return "forms"
    return "staff" if path == "/desk" or path.startswith("/desk/") else "public"


class Guard:
    """ASGI middleware; `app` is the application behind it (NiceGUI looks for it under that name)."""

    def __init__(self, app: ASGIApp, store: Store, settings: Rules, clock: Callable[[], int]) -> None:
        self.app = app
        self._own = own_origins(settings)
        self._sockets = sockets_of(self._own)
        self._secure = settings.secure
        self._door = Door(store, settings, clock)
        self._live = Live(store, self._door, _farewell)
        self._inner = ServerErrorMiddleware(self._admit, handler=_broken)
        bind_frames()
        hide_ids()
        plain_not_found()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        part = part_of(path)
        # NiceGUI would write a prefix named by the browser into the addresses of its scripts.
        headers = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-prefix"]
        inner = {**scope, "headers": headers}
        if part in {"socket", "file"}:
            # The server writes its access log from this scope: client ids must not stand there.
            scope["query_string"] = b""
            scope["path"] = CLIENT_PATH.sub("/_nicegui/client/-/", path)
        send = dress(send, path, part, sockets=self._sockets, secure=self._secure)
        await self._inner(inner, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        path = scope["path"]
        part = part_of(path)
        if part == "public":
            await self.app(scope, receive, send)
            return
        refusal = self._refuse_origin(scope, connection, part)
        visit = None if refusal else await self._enter(connection, use=part in {"staff", "forms"} and path != PULSE)
        if visit is not None:
            scope[SCOPE_KEY] = visit
        if refusal is None:
            refusal = self._refuse_visit(visit, scope, connection, part)
        if refusal is not None:
            log.warning("refused", extra={"part": part, "status": refusal.status_code})
            await refusal(scope, receive, send)
        elif part == "socket" and visit is not None:
            with self._live.line(visit) as line:
                await carry(self.app, line, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refuse_origin(self, scope: Scope, connection: HTTPConnection, part: str) -> Response | None:
        headers = connection.headers
        if scope["type"] == "websocket":
            good = trusted_socket(headers, self._own)
        elif part == "socket" or scope["method"] not in SAFE_METHODS:
            good = trusted_change(headers, self._own)
        else:
            good = part != "file" or not foreign(headers, self._own)
        return None if good else Response("origin refused", 403)

    async def _enter(self, connection: HTTPConnection, *, use: bool) -> Visit | None:
        token = cookies.read_token(connection, secure=self._secure)
        return None if token is None else await self._door.enter(token, use=use)

    def _refuse_visit(
        self, visit: Visit | None, scope: Scope, connection: HTTPConnection, part: str
    ) -> Response | None:
        path = scope["path"]
        if path in OPEN:
            return None
        if visit is None:
            return self._to_sign_in(scope, connection, part)
        if visit.must_change and path not in BEFORE_NEW_PASSWORD:
            address = f"{PASSWORD}?next={local_path(path)}"
            return RedirectResponse(address, 303) if part == "staff" else Response("new password first", 403)
        if part == "socket":
            return None if _owns_socket(visit, scope) else Response("not your page", 403)
        named = CLIENT_PATH.match(path)
        return Response("not your page", 403) if named and not owns(visit, named[1]) else None

    def _to_sign_in(self, scope: Scope, connection: HTTPConnection, part: str) -> Response:
        reads = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if part in {"socket", "file"} or not reads or scope["path"] == PULSE:
            return Response("signed out", 401)
        expired = cookies.had_cookie(connection, secure=self._secure)
        back = local_path(scope["path"])
        return RedirectResponse(sign_in_address(back) if expired else f"{SIGN_IN}?next={back}", 303)


def _owns_socket(visit: Visit, scope: Scope) -> bool:
    """The handshake names exactly one page, of this session; later requests belong to a socket of this session."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    clients, sids = query.get("client_id", []), query.get("sid", [])
    if len(clients) != 1 or len(sids) > 1:
        return False
    if sids and not _same_session(visit, sids[0]):
        return False
    # A page of before our restart is nobody's: NiceGUI refuses its handshake and it reloads.
    return owns(visit, clients[0]) or clients[0] not in Client.instances


def _same_session(visit: Visit, sid: str) -> bool:
    environ: dict[str, Any] = nicegui_core.sio.environ.get(sid, {})
    opener = environ.get("asgi.scope", {}).get(SCOPE_KEY)
    # An unknown sid opens nothing: the socket server answers it with an error.
    return sid not in nicegui_core.sio.eio.sockets or (
        isinstance(opener, Visit) and opener.session_id == visit.session_id
    )


def _farewell(session_id: int) -> None:
    for page in clients_of(session_id):
        page.open(sign_in_address(local_path(page.request.url.path)))


async def _broken(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(refusal_page("出了点问题，没有做成。请再试一次；还不行请告诉管理员。"), 500)
