"""The doctor says in plain Chinese what is wrong and what to do, and stops saying it once it is done."""

import argparse
import asyncio
import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import doctor as verb
from bot.releases import publish_shipped, sha256
from bot.settings import load_settings
from nlu.archive import CURRENT
from store import Store, Tx, alarms, contacts, duty, open_store, releases, seats
from store.backup import copy
from tickets.org import load_org


def doctor(var: Path, **settings: str) -> tuple[int, list[str]]:
    """Exit code, and the lines it complains in."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = verb.run(argparse.Namespace(settings=load_settings(environ={"HALFSKY_VAR": str(var), **settings})))
    findings = [line for line in out.getvalue().splitlines() if line]
    last = findings.pop() if len(findings) > 1 else ""
    bad = [line for line in findings if line.startswith("✗")]
    for line in findings:
        assert re.match(r"[✓✗] .*[\u4e00-\u9fff]", line), line
    if last:
        assert last == (f"{len(bad)} 处需要处理" if bad else "一切正常")
    return code, bad


def complains(lines: list[str], *subjects: str) -> bool:
    return [any(subject in line for line in lines) for subject in subjects] == [True] * len(subjects)


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'halfsky.db'}", tmp_path / "keys" / "master.json")


def _staffed(tx: Tx) -> None:
    seats.add(tx, login="admin", name="管理员", role="admin", unit="sz", password="", now=1)
    for unit in load_org("suzhou").units:
        seat = seats.add(tx, login=unit, name=unit, role="seat", unit=unit, password="", now=1)
        assert seat is not None
        duty.put(tx, unit, [seat])
    for login in ("lead-1", "lead-2"):
        seats.add(tx, login=login, name=login, role="lead", unit="sz", password="", now=1)
    publish_shipped(tx, now=1)


def test_an_empty_installation_and_one_that_was_put_in_order(tmp_path: Path) -> None:
    environ = {**os.environ, "HALFSKY_VAR": str(tmp_path), "HALFSKY_DATABASE_URL": ""}
    done = subprocess.run([sys.executable, "-m", "bot", "doctor"], env=environ, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    code, before = doctor(tmp_path)
    assert code == 1
    assert all(line in done.stdout.decode() for line in before)
    assert complains(before, "值班表 0 人", "没有告警外发地址", "还没有备份", "坐席")
    store = open_store(f"sqlite:///{tmp_path / 'halfsky.db'}", tmp_path / "keys" / "master.json")
    asyncio.run(store.unit(_staffed))
    store.close()
    webhook = {"HALFSKY_ALARM_WEBHOOK": "http://127.0.0.1:9/robot?key=geheim"}
    code, some = doctor(tmp_path, **webhook)
    assert code == 1
    assert complains(some, "还没有备份")
    assert not any("值班表" in line or "告警" in line or "坐席" in line for line in some)
    backup = subprocess.run([sys.executable, "-m", "bot", "backup"], env=environ, capture_output=True, check=False)
    assert backup.returncode == 0
    code, after = doctor(tmp_path, **webhook)
    assert (code, after) == (0, []), "nothing is left to complain of"


@pytest.mark.parametrize(
    ("leads", "what"),
    [
        ([], "没有人能改文章、批准文章"),
        ([("甲", "sz", True)], "只有甲一人"),
        ([("甲", "sz", True), ("乙", "sz", False)], "只有甲一人"),
        ([("甲", "sz", True), ("乙", "kunshan", True)], None),
    ],
)
def test_two_are_needed_to_change_an_article(
    filled: Store, tmp_path: Path, leads: list[tuple[str, str, bool]], what: str | None
) -> None:
    def staff(tx: Tx) -> None:
        for login in ("admin", "seat"):
            seats.add(tx, login=login, name=login, role=login, unit="sz", password="", now=1)
        for name, unit, active in leads:
            seat = seats.add(tx, login=name, name=name, role="lead", unit=unit, password="", now=1)
            assert seat is not None
            seats.change(tx, seat, now=1, name=name, role="lead", unit=unit, active=active)

    asyncio.run(filled.unit(staff))
    filled.close()
    lines = [line for line in doctor(tmp_path)[1] if "文章" in line]
    assert len(lines) == (what is not None)
    if what is not None:
        assert what in lines[0]
        assert "再添加单位负责人" in lines[0]


def test_a_backup_that_is_old_or_damaged_is_none(filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "halfsky-1.db"
    copy(filled.engine, target)
    filled.close()
    assert not any("备份" in line for line in doctor(tmp_path)[1])
    os.utime(target, (1, 1))
    assert complains(doctor(tmp_path)[1], "上次备份")
    target.write_bytes(target.read_bytes()[:-1])
    assert complains(doctor(tmp_path)[1], "上次备份不能用")


async def _wrong(store: Store, tmp_path: Path) -> None:
    def work(tx: Tx) -> None:
        alarm = alarms.raise_one(tx, ticket_id=None, number="演练", level="test", units=["sz"], now=1)
        alarms.add_notice(tx, alarm, step=1, now=1)
        alarms.settle_notice(tx, 1, "failed", next_at=1, error="errcode 45009")
        releases.put_live(
            tx, model="m-1", file=str(tmp_path / "m.tar.gz"), sha256=sha256(CURRENT), who="x", why="", now=1
        )

    await store.unit(work)


def test_a_failed_webhook_a_changed_model_and_a_silent_channel(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "m.tar.gz").write_bytes(CURRENT.read_bytes() + b"x")
    asyncio.run(_wrong(filled, tmp_path))
    filled.close()
    token = "12345:AAHsecret"
    code, lines = doctor(
        tmp_path,
        HALFSKY_ALARM_WEBHOOK="http://127.0.0.1:9/",
        HALFSKY_TELEGRAM_TOKEN=token,
        HALFSKY_TELEGRAM_API_URL="http://127.0.0.1:9",
    )
    assert code == 1
    assert complains(lines, "上一次告警外发失败（errcode 45009）", "模型 m-1", "Telegram 连不上")
    assert not any(token in line for line in lines)


def test_data_without_its_key(filled: Store, tmp_path: Path) -> None:
    asyncio.run(filled.unit(lambda tx: contacts.create(tx, now=1)))
    filled.close()
    (tmp_path / "keys" / "master.json").unlink()
    code, lines = doctor(tmp_path)
    assert code == 1
    assert complains(lines, "找不到密钥", "master.json")


def test_postgresql_with_keys_elsewhere(store: Store, store_url: str, tmp_path: Path) -> None:
    """The data folder may not exist yet when everything lies elsewhere."""
    url = "" if store.dialect == "sqlite" else store_url
    code, lines = doctor(
        tmp_path / "var", HALFSKY_DATABASE_URL=url, HALFSKY_KEY_FILE=str(tmp_path / "keys" / "master.json")
    )
    assert code == 1
    assert complains(lines, "值班表 0 人")
