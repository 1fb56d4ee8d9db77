"""POST /api/files: her picture, recording or paper comes in, is checked and cleaned, and waits for its message."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from bot.channels.webchat.pictures import drawn_anew
from bot.channels.webchat.ports import Upload
from bot.channels.webchat.refusal import Refusal
from bot.channels.webchat.sniff import Unwelcome, sniff

CHUNK_SECONDS = 20  # without a byte
BODY_SECONDS = 600  # 10 MB over a bad line
MOST_HELD = 96 * 1024 * 1024  # bytes of all files that are coming in right now
BUSY_SECONDS = 5


class Uploads:
    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._held = 0
        self._drawing = asyncio.Semaphore(1)  # one picture at a time: that bounds the memory

    async def take(self, request: Request) -> Upload:
        async with self._body(request) as data:
            try:
                found = sniff(data)
                content = await self._drawn(data, found.image) if found.image else data
            except Unwelcome as unwelcome:
                raise Refusal(415, unwelcome.text) from unwelcome
        return Upload(found.kind, found.mime, content)

    async def _drawn(self, data: bytes, form: str) -> bytes:
        async with self._drawing:
            return await asyncio.to_thread(drawn_anew, data, form)

    @contextlib.asynccontextmanager
    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or len(announced) > 12 or int(announced) > self.most_bytes:
            raise self._too_large()
        body = bytearray()
        try:
            await self._read(request, body)
            if not body:
                raise Refusal(400, "这个文件是空的")
            yield bytes(body)
        finally:
            self._held -= len(body)

    async def _read(self, request: Request, body: bytearray) -> None:
        chunks = request.stream()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while (chunk := await asyncio.wait_for(anext(chunks, None), CHUNK_SECONDS)) is not None:
                    if len(body) + len(chunk) > self.most_bytes:
                        raise self._too_large()
                    if self._held + len(chunk) > MOST_HELD:
                        raise busy()
                    body += chunk
                    self._held += len(chunk)
        except TimeoutError as error:
            raise Refusal(408, "网络太慢，没有传完") from error
        except ClientDisconnect as error:
            raise Refusal(400, "请求没有发完") from error

    def _too_large(self) -> Refusal:
        return Refusal(413, f"文件太大，最多 {self.most_bytes // 1024 // 1024} MB。可以截图，或分开发。")


def busy() -> Refusal:
    return Refusal(503, "现在传的人多，稍后会自动再传", retry_after=BUSY_SECONDS)
