"""What the staff pages are given to work with; built by the composition root, frozen."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.article import Article, Candidate
from nlu.taxonomy import Taxonomy
from store import Store
from store.budgets import Limits
from tickets.actor import Actor
from tickets.org import Org
from tickets.service import Service
from web.auth.passwords import Passwords
from web.auth.roles import Who
from web.ears import Ears

Suggest = Callable[[str, Sequence[str]], Awaitable[Sequence[Candidate]]]


class Render(Protocol):
    """An article as words to her, its source line included."""

    def __call__(self, article: Article, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Desk:
    store: Store
    service: Service
    org: Org
    taxonomy: Taxonomy
    suggest: Suggest  # (what she said, topics) -> articles, best first
    render: Render
    clock: Callable[[], int]  # UTC microseconds
    limits: Mapping[str, Limits] = field(default_factory=dict)  # channel -> what its platform allows
    read_file: Callable[[int, str], Awaitable[bytes]] | None = None  # (attachment, where) -> content
    ears: Ears | None = None  # without them there is no telephone desk
    passwords: Passwords = field(default_factory=Passwords)


def actor_of(who: Who) -> Actor:
    return Actor(who.seat_id, who.role, who.unit, who.units)
