"""The conversation as staff read it, with the fate of every reply."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nicegui.element import Element

from web.auth.permissions import on
from web.parts.controls import polite


@dataclass(frozen=True, slots=True)
class SentFile:
    """Something she sent; without an address there is nothing to open yet, or any more."""

    href: str
    name: str
    sound: bool  # a browser can play it


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a reply on one of her channels."""

    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Said:
    key: str
    id: int  # of her message, 0 for ours
    who: str  # her, bot, staff
    name: str
    at: str
    whole: str
    day: str
    text: str
    buttons: tuple[str, ...]
    fates: tuple[Fate, ...]
    read: str  # what the bot took it for
    danger: str
    files: tuple[SentFile, ...] = ()


class Talk(Element, component="talk.js"):
    def __init__(self, empty: str, misread: Callable[..., Any] | None = None) -> None:
        super().__init__()
        self._lines: tuple[Said, ...] = ()
        self._props |= {"lines": [], "empty": empty}
        if misread is not None:
            self.on("misread", on("ticket.note", polite(misread)))

    def show(self, lines: Sequence[Said]) -> None:
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._props["lines"] = [asdict(line) for line in lines]
            self.update()
