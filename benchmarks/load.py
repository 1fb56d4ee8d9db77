"""A lean load generator: keep-alive HTTP/1.1 over asyncio streams, the same for both sides."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """`latencies` in seconds, sorted."""

    latencies: tuple[float, ...]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class Line:
    """One connection, one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer; raises RuntimeError on any status but 200."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        data = json.dumps(body, ensure_ascii=False).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
        self._writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        raw = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(raw.split("content-length:")[1].split("\r\n")[0])
        answer = await self._reader.readexactly(length)
        if "connection: close" in raw:
            self.close()
        if " 200 " not in raw.split("\r\n")[0]:
            raise RuntimeError(raw.split("\r\n")[0])
        return json.loads(answer)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


Ask = Callable[[Line, int, str], Any]


async def burst(port: int, texts: Sequence[str], senders: int, ask: Ask) -> Measured:
    """Send every text once from `senders` connections, each waiting for its answer before the next."""
    latencies: list[float] = []
    work = iter(enumerate(texts))

    async def sender() -> None:
        line = Line("127.0.0.1", port)
        for number, text in work:
            begun = time.perf_counter()
            await ask(line, number, text)
            latencies.append(time.perf_counter() - begun)
        line.close()

    begun = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(senders)))
    return Measured(tuple(sorted(latencies)), time.perf_counter() - begun)
