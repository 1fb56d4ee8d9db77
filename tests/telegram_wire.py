"""Just enough HTTP/1.1 over a loopback socket to play a server that may also misbehave on the wire."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    cut: str = ""  # "reset": no answer at all; "half": the body breaks off
    kind: str = "application/json"


Handler = Callable[[Request], Awaitable[Answer]]


class Wire:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._talk(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._turn(reader, writer):
                    pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        target = urlsplit(head[0].split(" ")[1])
        given = dict(parse_qsl(target.query, keep_blank_values=True, strict_parsing=bool(target.query)))
        if headers.get("content-type", "").startswith("application/json"):
            given |= {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in json.loads(body).items()
            }
        elif body:
            given |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        # A caller that hangs up ends its request, as at the real server: listen for it while the handler works.
        answering = asyncio.ensure_future(self._handler(Request(target.path, given)))
        hung_up = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({answering, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            answering.cancel()
            return False
        hung_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hung_up
        return await self._reply(writer, answering.result())

    async def _reply(self, writer: asyncio.StreamWriter, answer: Answer) -> bool:
        if answer.cut == "reset":
            writer.transport.abort()
            return False
        length = len(answer.body)
        head = f"HTTP/1.1 {answer.status} X\r\nContent-Type: {answer.kind}\r\nContent-Length: {length}\r\n\r\n"
        body = answer.body[: len(answer.body) // 2] if answer.cut == "half" else answer.body
        writer.write(head.encode() + body)
        await writer.drain()
        return not answer.cut
