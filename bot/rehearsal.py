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
from store import Store, Tx, alarms, conversations, duty, messages, open_store, seats, tickets
from store.rows import Alarm, Line, Ticket
from tickets.clock import BEIJING
from tickets.org import load_org

SEED = 12338


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
        await core.reader.start()
        try:
            shown: list[tuple[str, ...]] = []
            token = ""
            for number, text in enumerate(texts):
                receipt = await core.pipeline.receive(
                    Inbound(inbox, str(number), "rehearsal", text, at, same_breath=True)
                )
                token = receipt.conversation
                shown.append(tuple(sent.id for sent in receipt.replies))
            return await store.read(lambda tx: _result(tx, token, texts, shown))
        finally:
            await core.reader.stop()


def _result(tx: Tx, token: str, texts: Sequence[str], shown: Sequence[tuple[str, ...]]) -> Played:
    conversation = conversations.by_token(tx, token)
    if conversation is None:
        return Played((), (), ())
    lines = messages.transcript(tx, conversation.contact_id)
    ours = {line.reply_id: line for line in lines if line.reply_id}
    handlers = [line.handler for line in lines if line.who == "her"]
    understood = messages.understandings(tx, conversation.id, conversation.contact_id)
    turns = tuple(
        Turn(text, meant, handler, tuple(ours[reply] for reply in replies))
        for text, meant, handler, replies in zip(texts, understood, handlers, shown, strict=True)
    )
    return Played(turns, tuple(tickets.of_contact(tx, conversation.contact_id)), tuple(alarms.ringing(tx)))


def _put_on_duty(tx: Tx, now: int) -> None:
    seat = seats.add(tx, login="duty", name="值班", role="lead", unit="sz", password="", now=now)
    duty.put(tx, "sz", [] if seat is None else [seat])
