"""A copy made while women write comes back whole, and nothing that is not our copy ever replaces the data."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from store import Store, contacts, messages, open_store
from store.backup import BadBackup, check, copy, restore_sqlite
from store.unit import Tx
from tests.bot.kit import Clock, Woman, open_core
from tests.postgres import Cluster

WRITTEN = 200
SENTENCE = "他把我锁在房间里"
TEXTS = (SENTENCE, "离婚冷静期多久", "你好", "我要找人")


def rows(engine: Engine) -> dict[str, list[str]]:
    """A hash of every row of every table."""
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            every = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            found[table] = sorted(
                hashlib.sha256(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode()).hexdigest()
                for row in every
            )
    return found


async def _burst(store: Store, tmp_path: Path, during: Callable[[], object]) -> None:
    """Writes on and runs `during` in the middle of it."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        core.reader.model = None  # the copy does not care what was understood
        women = [Woman(core, clock, f"woman{number}") for number in range(20)]

        async def writes(woman: Woman) -> None:
            for number in range(WRITTEN // len(women)):
                await woman.says(TEXTS[number % len(TEXTS)])

        writing = asyncio.gather(*(writes(woman) for woman in women))
        while await store.read(_count) < WRITTEN // 4:  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0.01)
        await asyncio.to_thread(during)
        assert not writing.done(), "the copy was not made in the middle"
        await writing


def _count(tx: Tx) -> int:
    return int(tx.connection.execute(text("SELECT count(*) FROM message")).scalar_one())


async def test_a_copy_from_the_middle_of_a_burst_is_consistent_and_readable(
    store: Store, store_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    middle, after = tmp_path / "backups" / "middle", tmp_path / "backups" / "after"
    await _burst(store, tmp_path, lambda: copy(store.engine, middle))
    copy(store.engine, after)
    live = rows(store.engine)
    for source, everything in ((middle, False), (after, True)):
        check(source)
        url = restored(source, store_url, tmp_path / source.name, request)
        keys = tmp_path / source.name / "keys.json"
        keys.parent.mkdir(exist_ok=True)
        shutil.copy(tmp_path / "keys" / "master.json", keys)
        engine = create_engine(url)
        found = rows(engine)
        engine.dispose()
        if everything:
            assert found == live
        else:
            for table in ("message", "contact", "ticket_event"):
                assert 0 < len(found[table]) <= len(live[table])
            assert set(found["message"]) <= set(live["message"]), "a message is written once and whole"
        elsewhere = open_store(url, keys)
        try:
            count = await elsewhere.read(_count)
            assert (count == WRITTEN) == everything
            assert len(found["contact"]) == 20
            assert await elsewhere.read(_bodies) <= set(TEXTS)
            orphans = await elsewhere.read(_unanswered)
            assert orphans == 0, "a message came over without what was done about it"
        finally:
            elsewhere.close()


def _bodies(tx: Tx) -> set[str]:
    ids = tx.connection.execute(text("SELECT id FROM message")).scalars().all()
    return {messages.body(tx, one) for one in ids}


def _unanswered(tx: Tx) -> int:
    query = """SELECT count(*) FROM message WHERE NOT waits
        AND id NOT IN (SELECT message_id FROM outbox WHERE message_id IS NOT NULL)"""
    return int(tx.connection.execute(text(query)).scalar_one())


def restored(source: Path, store_url: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The way back as the operator goes it; returns the URL of the new place."""
    if store_url.startswith("sqlite"):
        assert restore_sqlite(source, folder / "halfsky.db") is None
        return f"sqlite:///{folder / 'halfsky.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.create_database(f"back_{source.name}_{os.getpid()}")
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    subprocess.run(["pg_restore", "--clean", "--if-exists", "-d", plain, str(source)], check=True)
    return url


async def _some_data(store: Store, tmp_path: Path) -> None:
    async with open_core(store, tmp_path, Clock()) as core:
        core.reader.model = None
        for number in range(3):
            await Woman(core, Clock(), f"woman{number}").says(f"{SENTENCE}，{number}")


async def test_the_copy_holds_no_key_and_no_word_of_hers(store: Store, tmp_path: Path) -> None:
    await _some_data(store, tmp_path)
    target = tmp_path / "copy"
    copy(store.engine, target)
    kept = inside(target, store.dialect)
    master = (tmp_path / "keys" / "master.json").read_text()
    secrets = [part for part in master.split('"') if len(part) >= 64]
    assert len(secrets) == 2
    for secret in secrets:
        for form in (secret.encode(), bytes.fromhex(secret), bytes.fromhex(secret).hex().upper().encode()):
            assert form not in kept
    for hers in (SENTENCE, "woman1"):
        assert hers.encode() not in kept
        assert hers.encode().hex().encode() not in kept
    assert b"ticket_event" in kept
    assert target.stat().st_mode & 0o077 == 0
    assert "copy.part" not in listing(tmp_path)


def inside(target: Path, dialect: str) -> bytes:
    if dialect == "sqlite":
        return target.read_bytes()
    # A custom dump is compressed.
    return subprocess.run(["pg_restore", "-f", "-", str(target)], check=True, capture_output=True).stdout


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _cut(source: Path) -> None:
    source.write_bytes(source.read_bytes()[:-1000])


def _flipped(source: Path) -> None:
    whole = bytearray(source.read_bytes())
    whole[len(whole) // 2] ^= 1
    source.write_bytes(whole)


def _signed(source: Path) -> None:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    source.with_name(f"{source.name}.sha256").write_text(f"{digest}  {source.name}\n")


def _foreign(source: Path) -> None:
    source.unlink()
    with sqlite3.connect(source) as connection:
        connection.execute("CREATE TABLE contact (id INTEGER)")
    connection.close()
    _signed(source)


def _text(source: Path) -> None:
    source.write_text("这不是数据库" * 1000)
    _signed(source)


def _torn(source: Path) -> None:
    """Signed, but broken inside: copied by hand from a dying disk."""
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    _signed(source)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "cut": _cut,
    "flipped": _flipped,
    "no sidecar": lambda source: source.with_name(f"{source.name}.sha256").unlink(),
    "empty sidecar": lambda source: _write(source, ""),
    "odd sidecar": lambda source: _write(source, "校验"),
    "another's sidecar": lambda source: _write(source, f"{'0' * 64}  x\n"),
    "gone": lambda source: source.unlink(),
    "foreign": _foreign,
    "text": _text,
    "torn": _torn,
}


def _write(source: Path, words: str) -> None:
    source.with_name(f"{source.name}.sha256").write_text(words, encoding="utf-8")


@pytest.fixture
async def stopped(tmp_path: Path) -> Path:
    """The data folder of a program that is not running, with a backup of it."""
    url = f"sqlite:///{tmp_path / 'halfsky.db'}"
    store = open_store(url, tmp_path / "keys" / "master.json")
    await _some_data(store, tmp_path)
    copy(store.engine, tmp_path / "backup.db")
    async with open_core(store, tmp_path, Clock()) as core:
        core.reader.model = None
        await Woman(core, Clock(), "later").says("备份之后的话")
    store.close()
    return tmp_path


def halfsky(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "HALFSKY_VAR": str(var), "HALFSKY_DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("damage", DAMAGE)
async def test_what_is_not_our_whole_copy_is_refused(stopped: Path, damage: str) -> None:
    source, database = stopped / "backup.db", stopped / "halfsky.db"
    DAMAGE[damage](source)
    before = database.read_bytes()
    files = listing(stopped)
    with pytest.raises(BadBackup, match=r"[\u4e00-\u9fff]"):
        restore_sqlite(source, database)
    assert database.read_bytes() == before
    assert listing(stopped) == files, "something was left behind"


async def test_the_verbs_bring_the_data_back_and_keep_what_they_replace(stopped: Path) -> None:
    done = halfsky(stopped, "restore", str(stopped / "backup.db"))
    assert done.returncode == 0, done.stderr
    assert "已恢复" in done.stdout
    aside = stopped / "halfsky.db.before-restore"
    assert await _messages(stopped / "halfsky.db", stopped) == 3
    assert await _messages(aside, stopped) == 4
    # A second time: what was set aside before is still there.
    restore_sqlite(stopped / "backup.db", stopped / "halfsky.db")
    assert await _messages(aside, stopped) == 4
    refused = halfsky(stopped, "restore", str(stopped / "keys" / "master.json"))
    assert refused.returncode == 1
    assert "现有数据没有改动" in refused.stderr


async def _messages(database: Path, var: Path) -> int:
    store = open_store(f"sqlite:///{database}", var / "keys" / "master.json")
    try:
        await store.read(lambda tx: contacts.sealer(tx, 1))
        return await store.read(_count)
    finally:
        store.close()


async def test_a_running_program_is_not_robbed_of_its_database(stopped: Path) -> None:
    store = open_store(f"sqlite:///{stopped / 'halfsky.db'}", stopped / "keys" / "master.json")
    try:
        await store.read(_count)
        with pytest.raises(BadBackup, match="先停止"):
            restore_sqlite(stopped / "backup.db", stopped / "halfsky.db")
        assert await store.read(_count) == 4
        async with open_core(store, stopped, Clock()) as core:
            core.reader.model = None
            await Woman(core, Clock(), "still").says("还能写")
        assert await store.read(_count) == 5
    finally:
        store.close()


async def test_a_broken_database_can_be_replaced(stopped: Path) -> None:
    """That is what a backup is for."""
    database = stopped / "halfsky.db"
    database.write_bytes(b"x" * 4096)
    aside = restore_sqlite(stopped / "backup.db", database)
    assert aside is not None
    assert aside.read_bytes() == b"x" * 4096
    assert await _messages(database, stopped) == 3


async def test_the_backup_verb_copies_a_running_database(store: Store, store_url: str, tmp_path: Path) -> None:
    await _some_data(store, tmp_path)
    environ = {"HALFSKY_VAR": str(tmp_path), "HALFSKY_DATABASE_URL": "" if store.dialect == "sqlite" else store_url}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "backup"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (made,) = [path for path in (tmp_path / "backups").iterdir() if path.suffix != ".sha256"]
    check(made)
    assert hashlib.sha256(made.read_bytes()).hexdigest() in done.stdout
