"""The security headers of every answer, by the part of the site it comes from."""

import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

STRICT: Final = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
FORMS: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# NiceGUI compiles its templates in the browser and is blank without these two.
STAFF: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Library files of NiceGUI carry its version in their address and nothing of ours: they may be kept.
LIBRARY: Final = re.compile(r"/_nicegui/[0-9][^/]*/(static|libraries|components|resources|esm)/")


def sockets_of(own: frozenset[str]) -> str:
    """The same origins as WebSocket addresses: older Safari does not count them as 'self'. CSP knows no [::1]."""
    return " ".join(sorted("ws" + origin.removeprefix("http") for origin in own if "[" not in origin))


def dress(send: Send, path: str, part: str, *, sockets: str, secure: bool) -> Send:
    """Put the headers on whatever answer goes through. An answer that brings its own policy keeps it."""
    policy = {"staff": STAFF.format(sockets=sockets), "forms": FORMS}.get(part, STRICT)

    async def dressed(message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.http.response.start"}:
            headers = MutableHeaders(scope=message)
            _put(headers.setdefault, headers, policy, part, path)
            if secure:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await send(message)

    return dressed


def _put(default: Callable[[str, str], str], headers: MutableHeaders, policy: str, part: str, path: str) -> None:
    framed = "content-security-policy" in headers  # the chat widget says itself who may frame it
    default("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    default("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    if part != "public":
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if part != "public" or not framed:
        headers["X-Frame-Options"] = "DENY"
    if part == "public" or LIBRARY.match(path):
        default("Cache-Control", "no-store")
    else:
        headers["Cache-Control"] = "no-store"
