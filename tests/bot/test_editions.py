"""What staff change answers within seconds in every process; what may not answer is silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot.core import Core, encode, vectors_file
from bot.editions import EditionWatch, seed
from knowledge.load import ARTICLES
from knowledge.shelf import Shelf
from store import Store, articles, open_store, parameters
from store.articles import Shipped
from store.parameters import Value
from tests.bot.kit import MONDAY, Clock, Woman, library, open_core, words
from tests.store.test_articles import seat

NAME, QUESTION = "rights-legal-aid-apply", "怎么申请法律援助"
PATIENCE = 20.0  # seconds; a busy machine builds slowly


@asynccontextmanager
async def watched(core: Core, store: Store, day: date = date(2026, 11, 23)) -> AsyncIterator[EditionWatch]:
    await store.unit(lambda tx: seed(tx, now=MONDAY))
    watch = EditionWatch(store, core.shelf, encode, vectors_file(core.settings), lambda: day)
    await watch.start()
    try:
        yield watch
    finally:
        await watch.stop()


async def until(shelf: Shelf, generation: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while shelf.generation == generation:  # noqa: ASYNC110 - what is watched is a swapped reference
            await asyncio.sleep(0.05)


def edited(old: str, new: str) -> Shipped:
    text = (ARTICLES / f"{NAME}.md").read_text(encoding="utf-8")
    assert old in text
    return Shipped(NAME, text.replace(old, new), None)


async def test_a_start_without_edits_builds_nothing(store: Store, tmp_path: Path) -> None:
    async with open_core(store, tmp_path, Clock()) as core:
        before = core.shelf.library
        async with watched(core, store):
            assert core.shelf.library is before
    assert library() is before


async def test_an_approved_edit_is_the_next_answer_and_retiring_ends_it(store: Store, tmp_path: Path) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, watched(core, store):
        woman = Woman(core, clock)
        assert "依据" in words(await woman.says(QUESTION))
        file = edited("answer: ", "answer: 先打12348问一问。")
        version = await store.unit(lambda tx: articles.propose(tx, file, author=li, why="改", now=MONDAY))
        assert "先打12348问一问" not in words(await woman.says(QUESTION))
        generation = core.shelf.generation
        await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=MONDAY))
        await until(core.shelf, generation)
        assert "先打12348问一问" in words(await woman.says(QUESTION))
        generation = core.shelf.generation
        await store.unit(lambda tx: articles.retire(tx, NAME, seat_id=li, note="", now=MONDAY))
        await until(core.shelf, generation)
        assert "先打12348问一问" not in words(await woman.says(QUESTION))
        assert core.shelf.find(NAME, date(2026, 11, 23)) is None


async def test_another_process_follows(store: Store, store_url: str, tmp_path: Path) -> None:
    """It has no news on SQLite and looks by itself; on PostgreSQL it is told."""
    li, wang = await seat(store, "li"), await seat(store, "wang")
    other = open_store(store_url, tmp_path / "keys" / "master.json")
    try:
        async with open_core(other, tmp_path, Clock()) as core, watched(core, other):
            generation = core.shelf.generation
            file = edited("answer: ", "answer: 先打12348问一问。")
            version = await store.unit(lambda tx: articles.propose(tx, file, author=li, why="改", now=MONDAY))
            await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=MONDAY))
            await until(core.shelf, generation)
            assert core.shelf.library.articles[NAME].answer.startswith("先打12348")
    finally:
        other.close()


async def test_a_new_value_reaches_every_article_that_refers_to_it(store: Store, tmp_path: Path) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    begins = date(2027, 1, 1)
    async with open_core(store, tmp_path, Clock()) as core, watched(core, store):
        generation = core.shelf.generation
        new = Value("cooling_off_days", "冷静期", "45", "日", "民法典", "第1077条", begins, None, begins, None)
        made = await store.unit(lambda tx: parameters.propose(tx, new, author=li, why="新法", now=MONDAY))
        await store.unit(lambda tx: parameters.approve(tx, made, seat_id=wang, now=MONDAY))
        await until(core.shelf, generation)
        today = core.shelf.find("marriage-divorce-agreed", date(2026, 12, 31))
        later = core.shelf.find("marriage-divorce-agreed", begins)
        assert today is not None
        assert later is not None
        assert ("起30日内" in today.answer, "起45日内" in later.answer) == (True, True)


async def test_what_cannot_be_read_is_left_out_and_the_rest_answers(store: Store, tmp_path: Path) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    async with open_core(store, tmp_path, Clock()) as core, watched(core, store):
        count = len(core.shelf.library.articles)
        generation = core.shelf.generation
        broken = Shipped(NAME, "没有文件头", None)
        version = await store.unit(lambda tx: articles.propose(tx, broken, author=li, why="", now=MONDAY))
        await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=MONDAY))
        await until(core.shelf, generation)
        assert len(core.shelf.library.articles) == count - 1
