"""How long Telegram wants us to be still: towards one chat, and towards everybody once two chats are limited."""

import time
from collections.abc import Callable


class Limits:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[int, float] = {}
        self._everybody = 0.0

    def left(self, chat: int) -> float:
        """Seconds until this chat may be written to; 0: now."""
        return max(0.0, max(self._until.get(chat, 0.0), self._everybody) - self._clock())

    def hit(self, chat: int, seconds: float) -> None:
        """Telegram refused a message to this chat for so long."""
        now = self._clock()
        self._until = {other: until for other, until in self._until.items() if until > now}
        # It never says whose limit it was. Two chats at once: we are too fast for all of them.
        if self._until.keys() - {chat}:
            self._everybody = max(self._everybody, now + seconds)
        self._until[chat] = now + seconds
