"""What the knowledge pages are given besides the desk; built by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.article import Article
from knowledge.facts import Facts
from knowledge.lint import Rules
from knowledge.parameters import Parameters
from knowledge.shelf import Shelf
from knowledge.vectors import Encode
from web.times import local


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a channel shows it: its parts, and the buttons below the last one."""

    parts: tuple[str, ...]
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowing:
    shelf: Shelf
    encode: Encode
    facts: Facts
    reply: Callable[[Article], tuple[str, tuple[str, ...]]]  # the full reply and its buttons
    channels: Mapping[str, Callable[[str, Sequence[str]], Shown]]  # name as staff read it -> how it shows a reply

    @property
    def parameters(self) -> Parameters:
        return self.shelf.library.parameters

    def rules(self, intents: frozenset[str]) -> Rules:
        return Rules(self.facts, self.parameters, intents)


def day_of(now: int) -> date:
    return local(now).date()
