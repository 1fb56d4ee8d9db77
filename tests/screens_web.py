"""Her page by HTTP and by socket, and `halfsky chat` in a terminal."""

import asyncio
import contextlib
import json
import queue
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection

from bot.commands.chat import talk
from bot.core import Core
from tests.screens import Shown


@dataclass
class HttpScreen:
    http: httpx.AsyncClient
    conversation: str | None = None
    last: str | None = None
    count: int = 0

    async def says(self, text: str) -> list[Shown]:
        self.count += 1
        body = {"conversation": self.conversation, "id": f"m{self.count}", "text": text}
        answer = (await self.http.post("/api/messages", json=body)).raise_for_status().json()
        self.conversation = answer["conversation"]
        return self._shown(answer["replies"])

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        if self.conversation is None:
            return []
        headers = {"X-Conversation": self.conversation, **({"X-After": self.last} if self.last else {})}
        answer = (await self.http.get("/api/messages", headers=headers)).raise_for_status().json()
        return self._shown(answer["replies"])

    def _shown(self, replies: Sequence[Any]) -> list[Shown]:
        self.last = replies[-1]["id"] if replies else self.last
        return [Shown(one["text"], tuple(one["buttons"])) for one in replies]


@dataclass
class SocketScreen:
    socket: ClientConnection
    conversation: str | None = None
    count: int = 0
    known: set[str] = field(default_factory=set)
    pushed: list[Shown] = field(default_factory=list)

    async def says(self, text: str) -> list[Shown]:
        self.count += 1
        frame = {"type": "message", "id": f"m{self.count}", "text": text, "conversation": self.conversation}
        answer = await self._ask(frame, "accepted")
        self.conversation = answer["conversation"]
        new = self._new(answer["replies"])
        await self._confirm()
        return new

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        """The page beats: what was pushed meanwhile stands before the answer."""
        answer = await self._ask({"type": "ping"}, "pong")
        new, self.pushed = self.pushed, []
        return [*new, *self._new(answer["replies"])]

    async def resume(self, words: str) -> list[str]:
        answer = await self._ask({"type": "resume", "words": words}, "resumed")
        self.conversation = answer["conversation"]
        self.known |= {line["id"] for line in answer["lines"]}
        return [line["text"] for line in answer["lines"]]

    async def listen(self) -> None:
        """Confirms what is pushed, as the page does, until it is stopped."""
        while True:
            self._keep(json.loads(await self.socket.recv()))
            await self._confirm()

    async def _ask(self, frame: dict[str, Any], kind: str) -> dict[str, Any]:
        await self.socket.send(json.dumps(frame))
        while True:
            got: dict[str, Any] = json.loads(await self.socket.recv())
            if got["type"] == kind:
                return got
            assert got["type"] != "refused", got
            self._keep(got)

    def _keep(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "replies":
            self.pushed += self._new(frame["replies"])

    async def _confirm(self) -> None:
        await self.socket.send(json.dumps({"type": "got", "ids": sorted(self.known)}))

    def _new(self, replies: Sequence[Any]) -> list[Shown]:
        new = [one for one in replies if one["id"] not in self.known]
        self.known |= {one["id"] for one in new}
        return [Shown(one["text"], tuple(one["buttons"])) for one in new]


class TerminalScreen:
    """`halfsky chat` itself, with a keyboard and a screen that are queues."""

    def __init__(self, core: Core) -> None:
        self._keys: queue.Queue[str | None] = queue.Queue()
        self._lines: list[str] = []
        self._asked = asyncio.Semaphore(0)
        self._loop = asyncio.get_running_loop()
        self._talking = asyncio.create_task(self._talk(core))

    async def _talk(self, core: Core) -> None:
        with contextlib.suppress(EOFError):
            await talk(core, self._ask, self._lines.append)

    def _ask(self) -> str:
        self._loop.call_soon_threadsafe(self._asked.release)
        typed = self._keys.get()
        if typed is None:
            raise EOFError
        return typed

    async def says(self, text: str) -> list[Shown]:
        if "\n" in text:
            raise NotImplementedError("one line at a time")
        await self._asked.acquire()
        self._keys.put(text)
        await self._asked.acquire()
        self._asked.release()
        return await self.reads()

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        new, self._lines[:] = list(self._lines), []
        texts = [line.removeprefix("半边天> ") for line in new if not line.startswith("   [")]
        buttons = tuple(line.partition("] ")[2] for line in new if line.startswith("   ["))
        return [*(Shown(text) for text in texts[:-1]), *([Shown(texts[-1], buttons)] if texts else [])]

    async def close(self) -> None:
        self._keys.put(None)
        await self._talking
