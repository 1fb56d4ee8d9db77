"""What the web chat asks of the rest of the program, as plain callables."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.channels.base import Receive, Sent

Line = tuple[str, str, str, int]  # who (her, bot, staff), text, id, UTC microseconds


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier conversation, opened again by her three words."""

    conversation: str
    lines: tuple[Line, ...]

    @property
    def reply_ids(self) -> list[str]:
        return [name for who, _, name, _ in self.lines if who != "her"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of hers, checked and cleaned; `kind` as messages have it."""

    kind: str
    mime: str
    content: bytes


class Files(Protocol):
    async def stage(self, upload: Upload) -> str:
        """Returns the ticket its message will show. Raises OSError when there is no room."""
        ...

    async def staged(self, ticket: str) -> Upload | None: ...

    async def known(self, external_id: str) -> bool:
        """Whether the message of that name came before, with its file."""
        ...

    async def keep(self, external_id: str, ticket: str, upload: Upload) -> None:
        """For good, under her key, unless that has been done before. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    receive: Receive
    # (conversation, after): what she has not read yet after that reply. One of the two may be None; None: unknown.
    history: Callable[[str | None, str | None], Awaitable[list[Sent] | None]]
    mark: Callable[[list[str]], Awaitable[None]]  # she has these replies
    seen: Callable[[str], Awaitable[None]]  # her page is open
    resume: Callable[[str, str], Awaitable[Resumed | None]]  # words, address
    dangerous: Callable[[str], bool]
    clock: Callable[[], int]
    files: Files
