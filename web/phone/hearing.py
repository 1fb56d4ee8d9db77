"""Listens while one types: one reading at a time, and of what was typed meanwhile only the newest is read."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from nicegui import background_tasks

from web.ears import Heard

STAYS: Final = 0.8  # seconds a sign must last: 他打我 is read while 他打我电话 is being typed


class Hearing:
    def __init__(
        self,
        hear: Callable[[str, Collection[str]], Awaitable[Heard]],
        shown: Callable[[int], Awaitable[None]],
        stays: Callable[[int, Heard], Awaitable[None]],
    ) -> None:
        """`shown` after each reading of a call; `stays` when a sign of danger has lasted."""
        self._hear, self._shown, self._stays = hear, shown, stays
        self._wanted: tuple[int, str, Collection[str]] | None = None
        self._busy = False
        self._heard: dict[int, Heard] = {}
        self._texts: dict[int, str] = {}
        self._waiting: set[int] = set()

    def of(self, call_id: int) -> Heard:
        return self._heard.get(call_id, Heard())

    def text_of(self, call_id: int) -> str:
        return self._texts.get(call_id, "")

    def forget(self, call_id: int) -> None:
        for kept in (self._heard, self._texts):
            kept.pop(call_id, None)

    async def listen(self, call_id: int, text: str, harmless: Collection[str]) -> None:
        """Returns at once when a reading is under way: that one goes on with the newest words."""
        self._wanted = (call_id, text, harmless)
        if self._busy:
            return
        self._busy = True
        try:
            while self._wanted is not None:
                (call_id, text, harmless), self._wanted = self._wanted, None
                await self._read(call_id, text, harmless)
                await self._shown(call_id)
        finally:
            self._busy = False

    async def settle(self, call_id: int, text: str, harmless: Collection[str]) -> Heard:
        """Before anything is decided: the words as they stand, and their danger stays without waiting."""
        if self._texts.get(call_id) != text or call_id not in self._heard:
            await self._read(call_id, text, harmless)
        heard = self.of(call_id)
        if heard.kind is not None:
            await self._stays(call_id, heard)
        return heard

    async def _read(self, call_id: int, text: str, harmless: Collection[str]) -> None:
        heard = await self._hear(text, harmless)
        self._heard[call_id], self._texts[call_id] = heard, text
        if heard.kind is not None and call_id not in self._waiting:
            self._waiting.add(call_id)
            background_tasks.create(self._later(call_id), name="danger of a call")

    async def _later(self, call_id: int) -> None:
        await asyncio.sleep(STAYS)
        self._waiting.discard(call_id)
        heard = self.of(call_id)
        if heard.kind is not None:
            await self._stays(call_id, heard)
