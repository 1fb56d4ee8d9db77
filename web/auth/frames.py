"""Binds NiceGUI's socket frames to their sender: each must come over the very socket its client was opened on."""

import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from nicegui import Client
from nicegui import core as nicegui_core

from web.auth.permissions import undeclared
from web.auth.visit import SCOPE_KEY, Visit

log: Final = logging.getLogger("halfsky.auth")
Handler = Callable[..., Any]
BOUND: Final = "_halfsky_bound"


def visit_of(client: Client) -> Visit | None:
    """The session that asked for this page."""
    found = client.request.scope.get(SCOPE_KEY) if client._request is not None else None  # noqa: SLF001 - `request` raises without one
    return found if isinstance(found, Visit) else None


def owns(visit: Visit, client_id: object) -> bool:
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    owner = visit_of(client) if client else None
    return owner is not None and owner.session_id == visit.session_id


def clients_of(session_id: int) -> list[Client]:
    pages = list(Client.instances.values())
    return [page for page in pages if (owner := visit_of(page)) is not None and owner.session_id == session_id]


def bind_frames() -> None:
    """Put our check before every handler of NiceGUI's socket server; once a process, whoever calls again."""
    handlers = nicegui_core.sio.handlers["/"]
    if getattr(handlers["event"], BOUND, False):
        return
    handlers["connect"] = _mark(_connect(handlers["connect"]))
    handlers["handshake"] = _mark(_handshake(handlers["handshake"]))
    handlers["event"] = _mark(_framed(handlers["event"], "event", _event_is_declared))
    for name in ("javascript_response", "ack"):
        handlers[name] = _mark(_framed(handlers[name], name, lambda _msg: True))
    # What a browser reports may quote what a woman wrote, and any page can send it: it is not for our log.
    handlers["log"] = _mark(lambda _sid, _msg: None)


def _connect(original: Handler) -> Handler:
    async def connect(sid: str, environ: dict[str, Any], auth: object = None) -> Any:
        named = parse_qs(environ.get("QUERY_STRING", "")).get("client_id", [])
        visit = _visit(sid)
        # A client that is gone (we were restarted) goes through: NiceGUI refuses it and the page reloads.
        if visit is None or len(named) != 1 or (named[0] in Client.instances and not owns(visit, named[0])):
            log.warning("socket refused", extra={"frame": "connect"})
            return False
        return await original(sid, environ, auth)

    return connect


def _handshake(original: Handler) -> Handler:
    async def handshake(sid: str, data: object) -> Any:
        visit = _visit(sid)
        if visit is None or not isinstance(data, dict) or not owns(visit, data.get("client_id")):
            log.warning("socket refused", extra={"frame": "handshake"})
            return False
        return await original(sid, data)

    return handshake


def _framed(original: Handler, name: str, good: Callable[[dict[str, Any]], bool]) -> Handler:
    def framed(sid: str, msg: object) -> Any:
        visit = _visit(sid)
        # The handshake put the socket into the room of its one client.
        bound = isinstance(msg, dict) and msg.get("client_id") in nicegui_core.sio.rooms(sid)
        if visit is None or not isinstance(msg, dict) or not bound or not owns(visit, msg["client_id"]):
            log.warning("frame refused", extra={"frame": name})
            return None
        return original(sid, msg) if good(msg) else None

    return framed


def _event_is_declared(msg: dict[str, Any]) -> bool:
    number, name = msg.get("id"), msg.get("listener_id")
    if not isinstance(number, int) or not isinstance(name, str):
        return False
    element = Client.instances[msg["client_id"]].elements.get(number)
    listener = element._event_listeners.get(name) if element else None  # noqa: SLF001 - no public way
    if element is None or listener is None:
        return False
    strangers = undeclared(element, listener.handler)
    if strangers:
        log.error("handler without permission", extra={"handlers": strangers})
    return not strangers


def _visit(sid: str) -> Visit | None:
    environ = nicegui_core.sio.get_environ(sid) or {}
    found = environ.get("asgi.scope", {}).get(SCOPE_KEY)
    return found if isinstance(found, Visit) and not found.ended else None


def _mark(handler: Handler) -> Handler:
    setattr(handler, BOUND, True)
    return handler
