"""Carries one socket or poll of a session, and cuts it when the session ends."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.auth.live import Line

SIGNED_OUT: Final = 4401  # WebSocket close code of our own: the session has ended


async def carry(app: ASGIApp, line: Line, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await app(scope, _until_closed(line, receive, send), send)
    else:
        await app(scope, receive, _unless_closed(line, send))


def _until_closed(line: Line, receive: Receive, send: Send) -> Receive:
    """For the application the browser hangs up, for the browser we do."""

    async def received() -> Message:
        incoming = asyncio.ensure_future(receive())
        cut = asyncio.ensure_future(line.closed.wait())
        try:
            await asyncio.wait({incoming, cut}, return_when=asyncio.FIRST_COMPLETED)
            if line.closed.is_set():
                await send({"type": "websocket.close", "code": SIGNED_OUT})
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
            return incoming.result()
        finally:
            cut.cancel()
            incoming.cancel()

    return received


def _unless_closed(line: Line, send: Send) -> Send:
    """A poll that was waiting when the session ended brings nothing back."""
    refused = False

    async def sent(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start" and line.visit.ended:
            refused = True
            await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        elif not refused:
            await send(message)

    return sent
