"""The part of the program every door shares: store, knowledge, model, pipeline; built once, by hand."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.effects import Effects
from bot.pipeline import Pipeline
from bot.reader import Reader
from bot.remote import RemoteModel
from bot.settings import Settings
from handlers.phrases import say
from knowledge.search import Library
from knowledge.shelf import Shelf
from knowledge.vectors import Vectors
from nlu.encoder import shared_encoder
from nlu.taxonomy import Taxonomy, taxonomy
from nlu.text import normal
from store import Store
from tickets.matter import Terms
from tickets.notices import Notices
from tickets.org import Org, load_org
from tickets.service import Service

ARTICLES = Path(__file__).parent.parent / "knowledge" / "articles"


def micros() -> int:
    """UTC microseconds since 1970."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Core:
    settings: Settings
    store: Store
    org: Org
    taxonomy: Taxonomy
    service: Service
    library: Library  # as the files say; what answers now stands on the shelf
    shelf: Shelf
    reader: Reader
    pipeline: Pipeline
    clock: Callable[[], int]


def encode(texts: list[str]) -> Vectors:
    return shared_encoder().encode([normal(text).text for text in texts])


def vectors_file(settings: Settings) -> Path:
    return settings.var_dir / "cache" / "vectors.npz"


def load_library(settings: Settings) -> Library:
    return Library.load(ARTICLES, encode, vectors_file(settings))


def terms_of(tree: Taxonomy) -> dict[str, Terms]:
    """Topics without terms of their own never open a ticket by themselves; when a person is asked for, these hold."""
    return {
        name: Terms(intent.group, intent.dept or "office", intent.first or "1d", intent.close or "5d")
        for name, intent in tree.intents.items()
    }


def build_core(
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], int] = micros,
    rng: random.Random | None = None,
    library: Library | None = None,
) -> Core:
    """The reader starts without a model: whoever starts the program gives it one."""
    tree = taxonomy()
    service = build_service(settings, rng=rng)
    known = library or load_library(settings)
    remote = RemoteModel(settings.nlu_url, service.org.gazetteer()) if settings.nlu_url else None
    shelf = Shelf(known)
    reader = Reader(remote, shelf.search_many)
    pipeline = Pipeline(store, reader, Effects(service, tree, shelf), clock)
    return Core(settings, store, service.org, tree, service, known, shelf, reader, pipeline, clock)


def build_service(settings: Settings, *, rng: random.Random | None = None) -> Service:
    tree = taxonomy()
    return Service(
        load_org(settings.org),
        terms_of(tree),
        {name: kind.first for name, kind in tree.danger.items()},
        nobody=lambda kind: say("danger.nobody_answered", number=number_of(tree, kind)),
        rng=rng,
        notices=notices(),
        hold_hours=settings.hold_hours,
    )


def notices() -> Notices:
    """Her words for what staff or the clock set off."""
    return Notices(
        called_off=lambda kind, when: say("book.called_off", kind=kind, when=when),
        remind=lambda named, when: say("book.remind_named" if named else "book.remind", when=when),
        reminder_button=say("button.mine"),
        rating=(say("rating.ask"), (say("button.good"), say("button.fair"), say("button.bad"))),
        human=say("button.human"),
        back=say("held.back"),
    )


def number_of(tree: Taxonomy, kind: str | None) -> str:
    return tree.danger[kind].number if kind else "110"
