"""What every channel offers the outbox, and what it may answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from starlette.routing import BaseRoute

from bot.message import Inbound


@dataclass(frozen=True, slots=True)
class Sent:
    """One reply as the channel shows it; `id` lets a client drop repeats."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    from_staff: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an inbound message, the same however often it arrives."""

    conversation: str  # token, the conversation's only name outside
    replies: tuple[Sent, ...]
    repeated: bool = False


Receive = Callable[[Inbound], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox on its way out."""

    reply_id: str
    conversation: str
    address: str  # what the channel gave as `sender`
    text: str
    buttons: tuple[str, ...]
    from_staff: bool


class Refused(Exception):
    """The channel will never take this reply (blocked, gone). `reason` is a class of failure, never her text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kept(Exception):
    """She was told, without its words, that something waits: it stays until she asks for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(Exception):
    """The channel cannot take it now; try again in `seconds` (None: the outbox's own back-off)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


@runtime_checkable
class Called(Protocol):
    """A channel that is called: its addresses are part of the public site."""

    def routes(self) -> list[BaseRoute]: ...


class Channel(Protocol):
    inbox: str
    fetched: bool  # True: she reads when her page asks (web); False: handing over is sending (Telegram)

    @property
    def problem(self) -> str | None:
        """Class of the failure it suffers from right now."""
        ...

    async def start(self) -> None: ...

    async def send(self, delivery: Delivery) -> bool:
        """Hand it over. True: taken; False: nobody is there now, it waits. May raise Refused, Kept or Later."""
        ...

    async def stop(self) -> None: ...
