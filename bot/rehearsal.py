"""Plays turns of one new person on a fresh temporary database, through the whole pipeline, the clock standing still."""

import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core import build_core, load_library
from bot.message import Inbound
from bot.settings import Settings
from knowledge.article import Article
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from store import Store, Tx, alarms, contacts, conversations, duty, messages, open_store, seats, tickets
from store.rows import Alarm, Line, Ticket
from tickets.clock import BEIJING
from tickets.org import load_org

SEED = 12338
PATIENCE = 600.0  # nobody waits here, and a busy machine must not change what is said


@dataclass(frozen=True, slots=True)
class Turn:
    text: str
    understanding: Mapping[str, Any]
    handler: str | None
    replies: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Played:
    turns: tuple[Turn, ...]
    tickets: tuple[Ticket, ...]
    alarms: tuple[Alarm, ...]


class Rehearsal:
    """Holds the model and the articles; every play has a database of its own."""

    def __init__(self, settings: Settings, model: Path = CURRENT) -> None:
        self._settings = settings
        self._library = load_library(settings)
        self._model = Interpreter(model, places=load_org(settings.org).gazetteer())
        self._folder = Path(tempfile.mkdtemp(prefix="halfsky-"))
        self._blank = self._folder / "blank.db"
        self._keys = self._folder / "keys.json"
        open_store(f"sqlite:///{self._blank}", self._keys).close()

    def article(self, article_id: str) -> Article:
        return self._library.articles[article_id]

    def score(self, text: str, article_id: str, at: int) -> float | None:
        """How well the article answers the text by itself, 0 to 1; None when the search does not find it."""
        understood = self._model.parse(text)
        day = datetime.fromtimestamp(at / 1_000_000, BEIJING).date()
        found = self._library.search(text, understood.vector, understood.needs, day, limit=10)
        return next((one.score for one in found if one.article.id == article_id), None)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    async def play(self, texts: Sequence[str], at: int, *, inbox: str = "web", on_duty: bool = False) -> Played:
        database = self._folder / "play.db"
        shutil.copy(self._blank, database)
        store = open_store(f"sqlite:///{database}", self._keys)
        try:
            if on_duty:
                await store.unit(lambda tx: _put_on_duty(tx, at))
            return await self._through(store, texts, at, inbox)
        finally:
            store.close()
            for file in self._folder.glob("play.db*"):
                file.unlink()

    async def _through(self, store: Store, texts: Sequence[str], at: int, inbox: str) -> Played:
        rng = random.Random(SEED)  # noqa: S311 - these three words protect nobody
        core = build_core(self._settings, store, clock=lambda: at, rng=rng, library=self._library)
        core.reader.model = self._model
        core.reader.patience = PATIENCE
        await core.reader.start()
        try:
            turns: list[Turn] = []
            for number, text in enumerate(texts):
                inbound = Inbound(inbox, str(number), "rehearsal", text, at, same_breath=True)
                receipt = await core.pipeline.receive(inbound)
                shown = tuple(sent.id for sent in receipt.replies)
                turns.append(await store.read(lambda tx: _turn(tx, inbound, shown)))  # noqa: B023 - read before it moves on
            made = await store.read(
                lambda tx: tuple(ticket for one in contacts.all_of(tx) for ticket in tickets.of_contact(tx, one))
            )
            return Played(tuple(turns), made, tuple(await store.read(alarms.ringing)))
        finally:
            await core.reader.stop()


def _turn(tx: Tx, inbound: Inbound, shown: tuple[str, ...]) -> Turn:
    seen = messages.find(tx, inbound.inbox, inbound.external_id)
    assert seen is not None
    contact_id = conversations.contact_of(tx, seen.conversation_id)
    lines = messages.transcript(tx, contact_id)
    handler = next(line.handler for line in lines if line.who == "her" and line.id == seen.id)
    understood = messages.understandings(tx, seen.conversation_id, contact_id)[-1]
    ours = {line.reply_id: line for line in lines if line.reply_id}
    return Turn(inbound.text, understood, handler, tuple(ours[reply] for reply in shown))


def _put_on_duty(tx: Tx, now: int) -> None:
    seat = seats.add(tx, login="duty", name="值班", role="lead", unit="sz", password="", now=now)
    duty.put(tx, "sz", [] if seat is None else [seat])
