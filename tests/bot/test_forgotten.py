"""The receipt, what is deleted with her, and a restored backup that brings nobody back."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.keeper import Keeper
from handlers.phrases import say
from store import Store, Tx, bookings, callbacks, contacts, erasures, messages, open_store, tickets
from tests.bot.arranged import booked, code_of, hers, seat, slots
from tests.bot.kit import Clock, Woman, open_core, words
from tickets.erasing import AFTER, read_list

KNIFE = "他拿着刀在砸门"


def keeper_of(store: Store, core: object, clock: Clock, tmp_path: Path) -> Keeper:
    return Keeper(store, clock, core.service, var=tmp_path, keys=tmp_path / "keys" / "master.json")  # type: ignore[attr-defined]  # a Core


async def forgotten(woman: Woman, code: str | None = None) -> str:
    """The number of her receipt."""
    await woman.says("删除我的记录")
    done = words(await woman.says("确认删除"))
    if code is not None:
        done = words(await woman.says(code))
    return done.partition("回执：")[2][:16]


async def test_the_receipt_can_be_checked_later(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("我要找人")
        number = await forgotten(woman, await code_of(core))
        later = Woman(core, clock, "later")
        assert words(await later.says(f"回执 {number}")) == say("receipt.waiting", when="11月30日（周一）")
        clock.now += AFTER
        await keeper_of(store, core, clock, tmp_path).round()
        assert words(await later.says(number.lower())) == say("receipt.done")
        assert words(await later.says("SC0000-0000-0000")) == say("receipt.unknown")


async def test_an_open_danger_waits_for_a_person(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says(KNIFE)
        number = await forgotten(woman, await code_of(core))
        clock.now += 2 * AFTER
        await keeper_of(store, core, clock, tmp_path).round()
        assert words(await Woman(core, clock, "later").says(number)) == say("receipt.danger")


async def test_what_was_learnt_from_her_goes_too(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        await woman.says("预约律师")
        await woman.says("第一个")
        await woman.says("就约这个")
        await woman.says("给我回个电话 13812345678 下午")
        await store.unit(lambda tx: messages.correct(tx, 1, seat_id=1, was={}, should={}, now=clock.now))
        assert len(await booked(core)) == 1
        number = await forgotten(woman, await code_of(core))
        assert await booked(core) == [], "her place is free at once"
        assert await store.read(lambda tx: callbacks.queue(tx, seat_id=1, units=None)) == []
        counts = await store.read(lambda tx: erasures.find(tx, number))
        assert counts is not None
        assert (counts.counts["examples"], counts.counts["calls"], counts.counts["bookings"]) == (1, 1, 1)
        file = tmp_path / "files" / "ab" / "hers"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"sealed")
        await store.unit(_with_file)
        clock.now += AFTER
        await keeper_of(store, core, clock, tmp_path).round()
        assert await store.read(lambda tx: _rows(tx, "correction", "callback", "callback_try", "reach", "draft")) == 0
        assert not file.exists()


def _with_file(tx: Tx) -> None:
    tx.connection.execute(
        text("INSERT INTO attachment (message_id, kind, path, created_at) VALUES (1, 'image', 'files/ab/hers', 0)")
    )


def _rows(tx: Tx, *names: str) -> int:
    return sum(int(tx.connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in names)


async def test_her_words_forget_her_from_another_session(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("我要找人")
        code = await code_of(core)
        other = Woman(core, clock, "blank page")
        await other.says("删除我的记录")
        assert "回执：SC" in words(await other.says(code))
        seen = await store.read(lambda tx: tickets.queue(tx, seat_id=1, units=None, now=clock.now))
        assert seen == []


async def test_his_evening_deletes_nothing_of_hers(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says(KNIFE)
        him = Woman(core, clock, "the same machine, a blank page")
        await him.says("删除我的记录")
        await him.says("确认删除")
        assert len(await store.read(lambda tx: tickets.queue(tx, seat_id=1, units=None, now=clock.now))) == 1
        on_her_phone = Woman(core, clock, count=10)
        await on_her_phone.says("删除我的记录")
        assert "三个词" in words(await on_her_phone.says("确认删除"))
        (ticket,) = await hers(core)
        assert ticket.danger_level == "immediate"
        assert not await store.read(lambda tx: _hidden(tx, 1))


def _hidden(tx: Tx, contact_id: int) -> bool:
    return bool(
        tx.connection.execute(text("SELECT hidden_at FROM contact WHERE id = :id"), {"id": contact_id}).scalar_one()
    )


@pytest.mark.parametrize("destroyed", [False, True])
async def test_a_restored_backup_brings_nobody_back(tmp_path: Path, *, destroyed: bool) -> None:
    keys, database = tmp_path / "keys" / "master.json", tmp_path / "halfsky.db"
    clock = Clock()
    store = open_store(f"sqlite:///{database}", keys)
    async with open_core(store, tmp_path, clock) as core:
        woman, stays = Woman(core, clock), Woman(core, clock, "stays")
        await woman.says("我要找人")
        await stays.says("我要找人")
        code = await code_of(core)
        backup = tmp_path / "backup.db"
        await store.unit(lambda tx: tx.connection.exec_driver_sql("SELECT 1").scalar_one())
        _copy(database, backup)
        number = await forgotten(woman, code)
        keeper = keeper_of(store, core, clock, tmp_path)
        await keeper.round()
        if destroyed:
            clock.now += AFTER
            await keeper.round()
    store.close()
    listed = (keys.parent / "erased.txt").read_text(encoding="ascii")
    assert len(read_list(keys.parent / "erased.txt")) == 1
    assert "我要找人" not in listed
    for part in ("", "-wal", "-shm"):
        database.with_name(database.name + part).unlink(missing_ok=True)
    shutil.copy(backup, database)
    restored = open_store(f"sqlite:///{database}", keys)
    async with open_core(restored, tmp_path, clock) as core:
        assert not await restored.read(lambda tx: _hidden(tx, 1)), "the backup itself still shows her"
        keeper = keeper_of(restored, core, clock, tmp_path)
        assert await keeper.hide_returned() == 1
        assert await keeper.hide_returned() == 0
        assert await restored.read(lambda tx: _hidden(tx, 1))
        assert not await restored.read(lambda tx: _hidden(tx, 2))
        assert await restored.read(lambda tx: contacts.peek_by_code(tx, code)) is None
        await keeper.round()
        told = words(await Woman(core, clock, "later").says(number))
        assert told == (say("receipt.done") if destroyed else say("receipt.waiting", when="11月30日（周一）"))
    restored.close()


def _copy(source: Path, target: Path) -> None:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(target)) as other:
        one.backup(other)


async def test_a_new_person_with_the_old_number_is_not_taken_for_her(store: Store, tmp_path: Path) -> None:
    """After a restore the database gives out numbers again that somebody forgotten had."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        keeper = keeper_of(store, core, clock, tmp_path)
        woman = Woman(core, clock)
        await woman.says("你好")
        await forgotten(woman)
        await keeper.round()
        lines = read_list(tmp_path / "keys" / "erased.txt")
        moved = "UPDATE contact SET hidden_at = NULL, created_at = created_at + 1 WHERE id = 1"
        await store.unit(lambda tx: tx.connection.execute(text(moved)))
        assert await store.read(lambda tx: erasures.returned(tx, lines)) == []


async def test_nothing_is_booked_for_the_forgotten(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        await woman.says("预约律师")
        await woman.says("第一个")
        await woman.says("就约这个")
        await forgotten(woman, await code_of(core))
        clock.now += 31 * 3600 * 1_000_000
        assert await keeper_of(store, core, clock, tmp_path).remind() == 0
        assert await store.read(lambda tx: bookings.to_remind(tx, now=0, until=2**62)) == []
