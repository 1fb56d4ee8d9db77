"""Women in the web chat: one socket each over bare asyncio streams, a message every 8-15 seconds."""

import asyncio
import base64
import json
import os
import random
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
PAUSE = (8.0, 15.0)  # seconds between two messages of one woman
RECEIPT = "回执："  # in the reply that tells her what she wrote here is erased
BEAT = 25.0  # seconds, as the page has it
PATIENCE = 30.0  # for an answer before she is counted as lost
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
COMPRESSED = 0x40
TAIL = b"\x00\x00\xff\xff"
# A browser asks for compression, so the server must pay for it here as well.
HANDSHAKE = (
    "GET /api/chat HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
)


class Socket:
    """As much of RFC 6455 as the page needs; the masking key is zero, which is legal and costs nothing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, compressed: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if compressed else None

    @classmethod
    async def open(cls, port: int) -> "Socket":
        reader, writer = await asyncio.open_connection(HOST, port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(HANDSHAKE.format(host=f"{HOST}:{port}", key=key).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        return cls(reader, writer, compressed=b"permessage-deflate" in head)

    def send(self, frame: dict[str, Any]) -> None:
        self._write(TEXT, json.dumps(frame, ensure_ascii=False).encode())

    async def receive(self) -> dict[str, Any]:
        """The next frame of the server; its pings are answered on the way."""
        while True:
            first, second = await self._reader.readexactly(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
            data = await self._reader.readexactly(size)
            if first & 15 == PING:
                self._write(PONG, data)
            elif first & 15 == CLOSE:
                raise ConnectionError(f"closed by the server: {int.from_bytes(data[:2], 'big')}")
            elif first & 15 == TEXT:
                if first & COMPRESSED and self._inflate is not None:
                    data = self._inflate.decompress(data + TAIL)
                return dict(json.loads(data))

    def close(self) -> None:
        self._write(CLOSE, (1001).to_bytes(2, "big"))
        self._writer.close()

    def _write(self, kind: int, data: bytes) -> None:
        size = len(data)
        head = bytes([size | 128]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._writer.write(bytes([kind | 128]) + head + bytes(4) + data)


@dataclass(slots=True)
class Chat:
    """What one page sent and got; times in seconds of the loop."""

    token: str | None = None
    sent: int = 0
    accepted: int = 0
    refused: int = 0
    shown: set[str] = field(default_factory=set)  # ids of replies, as the page drops repeats
    repeats: int = 0
    times: list[tuple[float, float]] = field(default_factory=list)  # sent at, seconds to the answer
    broken: str | None = None
    forgotten: int = 0  # messages that went when she asked to be erased; she may write again on the same page

    def forget(self) -> None:
        self.forgotten = self.sent
        self.shown.clear()


class Woman:
    """Opens the page at `begin`, writes until `end`, stays until `leave`."""

    def __init__(self, port: int, texts: Sequence[str], seed: int) -> None:
        self._port = port
        self._texts = texts
        self._dice = random.Random(seed)
        self._answer: asyncio.Future[None] | None = None
        self._waiting = ""
        self._after: str | None = None
        self.chat = Chat()

    async def visit(self, begin: float, end: float, leave: float) -> Chat:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(begin - loop.time())
        try:
            socket = await Socket.open(self._port)
            socket.send({"type": "hello", "conversation": None, "after": None})
            tasks = [asyncio.create_task(self._read(socket)), asyncio.create_task(self._beat(socket))]
            try:
                await self._write(socket, begin, end)
                await asyncio.sleep(leave - loop.time())
            finally:
                for task in tasks:
                    task.cancel()
                failed = [one for one in await asyncio.gather(*tasks, return_exceptions=True) if _fault(one)]
            socket.close()
            self.chat.broken = repr(failed[0]) if failed else None
        except (OSError, EOFError, TimeoutError) as error:
            self.chat.broken = repr(error)
        return self.chat

    async def _write(self, socket: Socket, begin: float, end: float) -> None:
        loop = asyncio.get_running_loop()
        due = begin + self._dice.uniform(0.5, sum(PAUSE) / 2)
        while due < end:
            await asyncio.sleep(due - loop.time())
            self._answer, self._waiting = loop.create_future(), secrets.token_urlsafe(18)
            letter = {"conversation": self.chat.token, "id": self._waiting, "text": self._dice.choice(self._texts)}
            socket.send({"type": "message", **letter})
            self.chat.sent += 1
            async with asyncio.timeout(PATIENCE):
                await self._answer
            self.chat.times.append((due, loop.time() - due))  # from when it was due: a late sender hides nothing
            due = max(due + self._dice.uniform(*PAUSE), loop.time())

    async def _read(self, socket: Socket) -> None:
        while True:
            frame = await socket.receive()
            if frame["type"] in {"accepted", "refused"} and frame["id"] == self._waiting:
                self.chat.accepted += frame["type"] == "accepted"
                self.chat.refused += frame["type"] == "refused"
                self.chat.token = frame.get("conversation", self.chat.token)
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result(None)
            elif frame["type"] == "refused":
                self.chat.refused += 1
            replies = frame.get("replies", ())
            self._show([reply["id"] for reply in replies], socket)
            if any(RECEIPT in reply["text"] for reply in replies):
                self.chat.forget()

    def _show(self, names: list[str], socket: Socket) -> None:
        if names:
            self.chat.repeats += sum(name in self.chat.shown for name in names)
            self.chat.shown.update(names)
            self._after = names[-1]
            socket.send({"type": "got", "ids": names})

    async def _beat(self, socket: Socket) -> None:
        while True:
            await asyncio.sleep(BEAT)
            socket.send({"type": "ping", "after": self._after})


def _fault(result: object) -> bool:
    return isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError)
