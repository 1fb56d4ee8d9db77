"""Keeps the knowledge in step with the store: looks every 5 s and on news, builds aside, swaps one reference."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from datetime import date
from pathlib import Path

from bot.tasks import end
from knowledge.article import Article
from knowledge.load import ARTICLES, parse
from knowledge.parameters import Parameter, Parameters, load_parameters
from knowledge.search import Library
from knowledge.shelf import Shelf
from knowledge.vectors import Encode
from store import Store, Tx, articles, editions, parameters
from store.articles import Shipped, Version
from store.parameters import FIELDS, Value

log = logging.getLogger("halfsky.knowledge")

EVERY = 5.0


def shipped_files(folder: Path = ARTICLES) -> list[Shipped]:
    found = []
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        article, _ = parse(path.name, text)
        if article is not None:
            found.append(Shipped(article.id, text, article.valid_from))
    return found


def value_of(parameter: Parameter) -> Value:
    return Value(**{name: getattr(parameter, name) for name in FIELDS})


def parameter_of(value: Value) -> Parameter:
    return Parameter(*astuple(value))


def seed(tx: Tx, *, now: int) -> None:
    """What came with the program and is new or changed; edits made in the pages stand."""
    articles.seed(tx, shipped_files(), now=now)
    parameters.seed(tx, [value_of(one) for one in load_parameters().rows], now=now)


def read_articles(versions: list[Version]) -> list[Article]:
    """Those that can be read: one that an older program wrote otherwise is left out and said so in the log."""
    found = []
    for version in versions:
        article, faults = parse(f"{version.name}.md", version.text)
        if article is None:
            log.error("article left out", extra={"article": version.name, "faults": len(faults)})
        else:
            found.append(article)
    return found


class EditionWatch:
    """Today's edition on the shelf of this process; a new day brings what was scheduled for it."""

    def __init__(self, store: Store, shelf: Shelf, encode: Encode, cache: Path, today: Callable[[], date]) -> None:
        self._store = store
        self._shelf = shelf
        self._encode = encode
        self._cache = cache
        self._today = today
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="edition")
        self._seen: tuple[int, date] | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._silence: Callable[[], None] | None = None
        self._failed = False

    @property
    def current(self) -> int | None:
        """The number of the edition that answers; None while nobody follows it, or the last look failed."""
        running = self._task is not None and not self._task.done()
        return self._seen[0] if self._seen is not None and running and not self._failed else None

    async def start(self) -> None:
        await self.look()
        self._silence = self._store.listen(lambda topics: self._wake.set() if editions.TOPIC in topics else None)
        self._task = asyncio.create_task(self._work(), name="edition-watch")

    async def stop(self) -> None:
        if self._silence is not None:
            self._silence()
        await end(self._task)
        self._thread.shutdown(wait=False)

    async def look(self) -> None:
        day = self._today()
        number = await self._store.read(editions.number)
        if self._seen == (number, day):
            return
        loop = asyncio.get_running_loop()
        read, values = await self._store.read(lambda tx: (articles.live(tx, day), parameters.approved(tx)))
        library = await loop.run_in_executor(self._thread, self._build, read, values)
        if library is not None:
            self._shelf.replace(library)
            log.info("edition live", extra={"edition": number, "articles": len(library.articles)})
        self._seen = (number, day)

    def _build(self, versions: list[Version], values: list[Value]) -> Library | None:
        """None when what is on the shelf says the same already, as after most starts."""
        found, table = read_articles(versions), [parameter_of(value) for value in values]
        old = self._shelf.library
        if {one.id: one for one in found} == dict(old.articles) and table == list(old.parameters.rows):
            return None
        return Library(found, self._encode, self._cache, parameters=Parameters(table))

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._wake.wait()
            try:
                await self.look()
                self._failed = False
            except Exception:  # the old edition goes on answering; the next round tries again
                self._failed = True
                log.exception("edition cannot be read or built")
