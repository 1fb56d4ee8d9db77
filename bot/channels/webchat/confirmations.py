"""Which replies went out on one socket, and which of them her page has said it has."""

import asyncio
from collections.abc import Iterable


class Confirmations:
    def __init__(self) -> None:
        self._out: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def sent(self, ids: Iterable[str]) -> None:
        self._out.update(ids)

    def expect(self, reply_id: str) -> asyncio.Future[None]:
        self._out.add(reply_id)
        return self._waiting.setdefault(reply_id, asyncio.get_running_loop().create_future())

    def forget(self, reply_id: str) -> None:
        """Nobody waits for it now; a late confirmation still counts."""
        self._waiting.pop(reply_id, None)

    def confirm(self, ids: list[object]) -> list[str]:
        """Those nobody waited for. An id that never went out here is not hers to confirm."""
        names = [name for name in ids if isinstance(name, str) and name in self._out]
        self._out.difference_update(names)
        for name in names:
            if (waiting := self._waiting.get(name)) and not waiting.done():
                waiting.set_result(None)
        return [name for name in names if name not in self._waiting]
