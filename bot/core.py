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
from nlu.encoder import shared_encoder
from nlu.taxonomy import Taxonomy, taxonomy
from nlu.text import normal
from store import Store
from tickets.matter import Terms
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
    library: Library
    reader: Reader
    pipeline: Pipeline
    clock: Callable[[], int]


def load_library(settings: Settings) -> Library:
    encoder = shared_encoder()
    return Library.load(
        ARTICLES,
        lambda texts: encoder.encode([normal(text).text for text in texts]),
        settings.var_dir / "cache" / "vectors.npz",
    )


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
    reader = Reader(remote, known.search)
    pipeline = Pipeline(store, reader, Effects(service, tree), clock)
    return Core(settings, store, service.org, tree, service, known, reader, pipeline, clock)


def build_service(settings: Settings, *, rng: random.Random | None = None) -> Service:
    tree = taxonomy()
    return Service(
        load_org(settings.org),
        terms_of(tree),
        {name: kind.first for name, kind in tree.danger.items()},
        nobody=lambda kind: say("danger.nobody_answered", number=number_of(tree, kind)),
        rng=rng,
    )


def number_of(tree: Taxonomy, kind: str | None) -> str:
    return tree.danger[kind].number if kind else "110"
