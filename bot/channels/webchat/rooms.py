"""Which open pages belong to which conversation, in this process."""

from typing import Protocol

from bot.channels.base import Delivery


class Listener(Protocol):
    async def push(self, delivery: Delivery) -> bool:
        """True when the page said it has it."""
        ...

    async def hang_up(self) -> None: ...


class Rooms:
    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def join(self, conversation: str, listener: Listener) -> None:
        self._listeners.setdefault(conversation, set()).add(listener)

    def leave(self, conversation: str, listener: Listener) -> None:
        listeners = self._listeners.get(conversation, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(conversation, None)

    def of(self, conversation: str) -> tuple[Listener, ...]:
        return tuple(self._listeners.get(conversation, ()))
