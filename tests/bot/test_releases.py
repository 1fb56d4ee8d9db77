"""Which model answers: published, rolled back, refused when it was changed, and every process hears of it."""

import argparse
import asyncio
import io
import json
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import releases as watching
from bot.commands import model as verb
from bot.core import Core
from bot.releases import ModelWatch, publish_shipped, sha256
from bot.settings import Settings
from nlu.archive import CURRENT, read_archive
from store import Store, releases
from store.unit import Tx
from tests.bot.kit import Clock, Woman, open_core, words

SHIPPED = read_archive(CURRENT).model


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.1)  # SQLite tells other processes nothing: they look


def another(path: Path) -> str:
    """The same weights, trained on another day, as a trainer's next version would be; returns its id."""
    with tarfile.open(CURRENT) as old, tarfile.open(path, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            data = None if file is None else file.read()
            if data is not None and member.name.endswith("metadata.json"):
                metadata = json.loads(data)
                metadata["trained_at"] = f"2099-12-31{metadata['trained_at'][10:]}"
                data = json.dumps(metadata).encode()
                member.size = len(data)
            new.addfile(member, None if data is None else io.BytesIO(data))
    model = read_archive(path).model
    assert model != SHIPPED
    return model


@asynccontextmanager
async def watched(store: Store, core: Core) -> AsyncIterator[ModelWatch]:
    core.reader.model = None
    watch = ModelWatch(store, core.reader, core.org.gazetteer())
    await watch.start()
    try:
        yield watch
    finally:
        await watch.stop()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 - a swapped reference has no event
            await asyncio.sleep(0.02)


def live(core: Core, model: str) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return core.reader.model is not None and core.reader.model.model == model

    return holds


def _put(tx: Tx, file: Path, model: str, *, digest: str | None = None, who: str = "trainer") -> None:
    releases.put_live(tx, model=model, file=str(file), sha256=digest or sha256(file), who=who, why="", now=1)


def test_what_was_shipped_goes_live_once_and_never_over_a_choice(store: Store, tmp_path: Path) -> None:
    def history(tx: Tx) -> list[tuple[str, str]]:
        return [(one.model, one.who) for one in releases.history(tx)]

    async def steps() -> None:
        for _ in range(2):
            await store.unit(lambda tx: publish_shipped(tx, now=1))
        assert await store.read(history) == [(SHIPPED, "shipped")]
        # A newer program brings a newer archive: it replaces the old shipped one…
        await store.unit(lambda tx: _put(tx, CURRENT, "older", digest="0" * 64, who="shipped"))
        await store.unit(lambda tx: publish_shipped(tx, now=2))
        assert (await store.read(history))[0] == (SHIPPED, "shipped")
        # …but not what a trainer chose.
        await store.unit(lambda tx: _put(tx, CURRENT, "chosen", digest="0" * 64))
        await store.unit(lambda tx: publish_shipped(tx, now=3))
        assert (await store.read(history))[0] == ("chosen", "trainer")

    asyncio.run(steps())


async def test_the_verb_publishes_and_rolls_back_under_two_running_processes(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "next.tar.gz"
    next_one = another(file)
    settings = Settings(var=str(tmp_path), database_url="" if store.dialect == "sqlite" else store_url)

    async def use(model: str, why: str = "") -> int:
        words_given = argparse.Namespace(settings=settings, action="use", model=model, why=why, force=False)
        return await asyncio.to_thread(verb.run, words_given)

    await store.unit(lambda tx: publish_shipped(tx, now=1))
    async with open_core(store, tmp_path, Clock()) as one, open_core(store, tmp_path, Clock()) as other:
        async with watched(store, one), watched(store, other):
            for core in (one, other):
                await until(live(core, SHIPPED))
            assert await use(str(file), "新数据") == 0
            for core in (one, other):
                await until(live(core, next_one))
            file.unlink()  # the published copy is kept, so the way back and forth stays open
            assert await use(SHIPPED) == 0
            for core in (one, other):
                await until(live(core, SHIPPED))
            assert await use("unknown") == 1
        found = await store.read(releases.history)
    assert [release.model for release in found] == [SHIPPED, next_one, SHIPPED]
    assert Path(found[1].file).parent == tmp_path / "models"
    assert found[1].why == "新数据"


@pytest.mark.parametrize("damage", ["changed", "gone", "no archive"])
async def test_a_broken_file_is_refused_and_the_old_model_goes_on(store: Store, tmp_path: Path, damage: str) -> None:
    await store.unit(lambda tx: publish_shipped(tx, now=1))
    file = tmp_path / "next.tar.gz"
    file.write_bytes(CURRENT.read_bytes() if damage != "no archive" else b"no archive")
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, watched(store, core) as watch:
        assert watch.healthy
        old = core.reader.model
        digest = sha256(file)
        if damage == "changed":
            file.write_bytes(file.read_bytes() + b"x")
        elif damage == "gone":
            file.unlink()
        await store.unit(lambda tx: _put(tx, file, "next", digest=digest))
        await until(lambda: _is(not watch.healthy))
        assert core.reader.model is old
        receipt = await Woman(core, clock).says("怀孕了公司要辞退我怎么办")
        assert "劳动合同法" in words(receipt)
        # Rolled back: green again.
        await store.unit(lambda tx: _put(tx, CURRENT, SHIPPED))
        await until(lambda: _is(watch.healthy))


async def _is(holds: bool) -> bool:
    return holds


async def test_a_start_with_a_broken_model_answers_with_the_one_before(store: Store, tmp_path: Path) -> None:
    await store.unit(lambda tx: publish_shipped(tx, now=1))
    await store.unit(lambda tx: _put(tx, tmp_path / "gone.tar.gz", "next", digest="0" * 64))
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, watched(store, core) as watch:
        assert not watch.healthy
        receipt = await Woman(core, clock).says("怀孕了公司要辞退我怎么办")
        assert "劳动合同法" in words(receipt)
