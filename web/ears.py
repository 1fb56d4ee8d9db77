"""What the telephone desk is given to listen with: what was heard, and what to say when it is danger."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from knowledge.article import Candidate


@dataclass(frozen=True, slots=True)
class Heard:
    topics: tuple[str, ...] = ()  # what it may be about, best first
    certain: bool = False  # the first of them is more than a guess
    unit: str | None = None
    elsewhere: str | None = None  # another city she names
    kind: str | None = None
    level: str = "none"
    sure: bool = True
    who: str = "self"  # self, helper, minor: which words to say
    articles: tuple[Candidate, ...] = ()
    judged: tuple[str, ...] = ()  # the sentences the danger was looked for in


@dataclass(frozen=True, slots=True)
class Card:
    """What to say in one kind of danger: the bot's own script, and what to ask next."""

    number: str | None
    lines: tuple[str, ...]
    questions: tuple[str, ...]
    topic: str | None  # what the ticket is about when nothing else is known


@dataclass(frozen=True, slots=True)
class Ears:
    hear: Callable[[str, Collection[str]], Awaitable[Heard]]  # (all that was typed, sentences judged to be no danger)
    card: Callable[[str, str], Card]  # (kind, who)
    silent: Card  # nobody speaks
