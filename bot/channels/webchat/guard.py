"""Headers on every answer of the chat, and whose pages may talk to it."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:]{2,45}\](:\d{1,5})?")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'{sockets}; "
    "frame-ancestors 'self'{embedders}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",  # for web views that know no frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=()",
}
ONE_YEAR = 365 * 24 * 3600


class SecurityHeaders:
    def __init__(self, app: ASGIApp, *, secure: bool, embedders: tuple[str, ...] = ()) -> None:
        """`embedders`: origins of pages that may show this one in a frame."""
        self._app = app
        self._secure = secure
        self._allowed = "".join(f" {origin}" for origin in embedders)
        # It knows no list; web views too old for frame-ancestors go without.
        self._never = frozenset({b"x-frame-options"} if embedders else ())
        fixed = {**FIXED, **({"Strict-Transport-Security": f"max-age={ONE_YEAR}"} if secure else {})}
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fixed.items()]
        self._fixed = [header for header in raw if header[0] not in self._never]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message, host)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, message: Message, host: str) -> None:
        """What a route has said of itself holds: the chat page in a frame, the widget's script for other sites."""
        said = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in self._never]
        known = {name.lower() for name, _ in said}
        message["headers"] = [*said, *(header for header in self._headers(host) if header[0] not in known)]

    def _headers(self, host: str) -> list[tuple[bytes, bytes]]:
        # Older Safari and web views do not count their own socket as 'self'.
        sockets = f" {'wss' if self._secure else 'ws'}://{host}" if HOST.fullmatch(host) else ""
        policy = POLICY.format(sockets=sockets, embedders=self._allowed)
        return [(b"content-security-policy", policy.encode("latin-1")), *self._fixed]


def own_origin(origin: str | None, host: str | None, public_url: str) -> bool:
    if not origin or origin == "null":
        return False
    try:
        parts = urlsplit(origin)
        public = urlsplit(public_url)
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return False
    ours = {host.lower()} if host else set()
    if public.netloc:
        ours.add(public.netloc.lower())
    return parts.netloc.lower() in ours


def foreign_origin(origin: str | None, host: str | None, public_url: str) -> bool:
    """For requests a script may send without a browser: no Origin, or `null` of an embedding, is nobody foreign.

    Nothing here rests on a cookie, so such a request can do no more than its own token allows.
    """
    return bool(origin) and origin != "null" and not own_origin(origin, host, public_url)
