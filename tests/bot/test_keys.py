"""A new master key: interrupted, gone on with, and afterwards everything is read without the old one."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands import keys as verb
from bot.settings import Settings
from store import Store, Tx, contacts, messages, open_store
from store.errors import KeysMissing
from store.vault import add_master
from tests.bot.kit import Clock, Woman, open_core

WOMEN = 24


async def _write(store: Store, tmp_path: Path) -> None:
    async with open_core(store, tmp_path, Clock()) as core:
        core.reader.model = None
        for number in range(WOMEN):
            await Woman(core, Clock(), f"woman{number}").says(f"我的话{number}")


def everything(tx: Tx) -> list[str]:
    ids = tx.connection.execute(text("SELECT id FROM message ORDER BY id")).scalars().all()
    return [messages.body(tx, one) for one in ids]


EXPECTED = [f"我的话{number}" for number in range(WOMEN)]


def masters(tx: Tx) -> set[str]:
    """The names of the master keys that still wrap somebody's."""
    wrapped = tx.connection.execute(text("SELECT wrapped_key FROM contact")).scalars().all()
    return {bytes(one)[1 : 1 + bytes(one)[0]].decode() for one in wrapped}


def forget_master(path: Path, *names: str) -> None:
    keys = json.loads(path.read_text())
    for name in names:
        del keys["masters"][name]
    path.write_text(json.dumps(keys))


async def resumed(store_url: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "HALFSKY_VAR": str(tmp_path),
        "HALFSKY_DATABASE_URL": "" if store_url.startswith("sqlite") else store_url,
    }
    command = [sys.executable, "-m", "bot", "keys", "rotate", "--resume"]
    return await asyncio.to_thread(subprocess.run, command, env=environ, capture_output=True, text=True, check=False)


async def test_interrupted_resumed_and_read_without_the_old_master(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys" / "master.json"
    await _write(store, tmp_path)
    assert add_master(keys) == "m2"
    half = open_store(store_url, keys)
    try:
        seen, changed = await half.unit(lambda tx: contacts.rewrap_some(tx, 0, limit=15))
        assert changed == 15
        assert await half.read(masters) == {"m1", "m2"}
        assert await half.read(everything) == EXPECTED, "half way, both are read"

        def fails(tx: Tx) -> None:
            contacts.rewrap_some(tx, seen, limit=5)
            raise ConnectionError("power cut")

        with pytest.raises(ConnectionError):
            await half.unit(fails)
        assert await half.read(everything) == EXPECTED
    finally:
        half.close()
    done = await resumed(store_url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"已更换 {WOMEN - 15} 位" in done.stdout
    forget_master(keys, "m1")
    fresh = open_store(store_url, keys)
    try:
        assert await fresh.read(masters) == {"m2"}
        assert await fresh.read(everything) == EXPECTED
        async with open_core(fresh, tmp_path, Clock()) as core:
            core.reader.model = None
            receipt = await Woman(core, Clock(), "woman0", count=1).says("还是我")
            assert not receipt.repeated
        assert len(await fresh.read(everything)) == WOMEN + 1
        people = await fresh.read(lambda tx: tx.connection.execute(text("SELECT count(*) FROM contact")).scalar_one())
        assert people == WOMEN, "she is still found by her address"
    finally:
        fresh.close()


async def test_the_verb_alone_changes_all_and_keeps_the_file_private(
    store: Store, store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys" / "master.json"
    await _write(store, tmp_path)
    settings = Settings(var=str(tmp_path), database_url="" if store.dialect == "sqlite" else store_url)
    words_given = argparse.Namespace(settings=settings, action="rotate", resume=False)
    assert await asyncio.to_thread(verb.run, words_given) == 0
    said = "".join(capsys.readouterr())
    assert "新的主密钥：m2" in said
    assert f"已更换 {WOMEN} 位" in said
    for secret in json.loads(keys.read_text())["masters"].values():
        assert secret not in said
    assert keys.stat().st_mode & 0o077 == 0
    assert await store.read(masters) == {"m2"}


async def test_without_its_master_nothing_is_read(store: Store, store_url: str, tmp_path: Path) -> None:
    """The counter-test: the old master really was needed before."""
    keys = tmp_path / "keys" / "master.json"
    await _write(store, tmp_path)
    add_master(keys)
    forget_master(keys, "m1")
    blind = open_store(store_url, keys)
    try:
        with pytest.raises(KeysMissing):
            await blind.read(everything)
    finally:
        blind.close()
    keys.unlink()
    with pytest.raises(KeysMissing):
        open_store(store_url, keys)
    assert not keys.exists(), "a new key would hide that the old one is lost"
