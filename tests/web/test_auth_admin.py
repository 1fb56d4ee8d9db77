"""The command line for seats: what it prints, and that a lost administrator comes back."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings
from store import Store, open_store, seats, sessions
from store.sessions import Limits
from web.auth.passwords import Passwords

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("HALFSKY_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("HALFSKY_DATABASE_URL", raising=False)

    def call(*words: str) -> tuple[int, str]:
        code = main(["admin", *words])
        return code, capsys.readouterr().out

    return call


def opened(tmp_path: Path) -> Store:
    settings = Settings(var=str(tmp_path / "var"))
    return open_store(settings.store_url, settings.keys_path)


def printed(text: str) -> str:
    found = re.search(r"口令：(\S{20})\n", text)
    assert found, text
    return found[1]


def test_a_lost_administrator_comes_back(run: Run, tmp_path: Path) -> None:
    code, first = run("reset")
    assert code == 0
    code, second = run("reset")
    assert code == 0
    assert printed(first) != printed(second)
    store, passwords = opened(tmp_path), Passwords()
    admin = asyncio.run(store.read(lambda tx: seats.by_login(tx, "admin")))
    assert admin
    assert (admin.role, admin.must_change) == ("admin", True)
    assert asyncio.run(passwords.matches(admin.password, printed(second)))
    assert not asyncio.run(passwords.matches(admin.password, printed(first)))
    store.close()
    passwords.close()


def test_add_list_disable(run: Run, tmp_path: Path) -> None:
    code, text = run("add", " ＬiMing ", "--name", "李明", "--role", "lead", "--unit", "gusu")
    assert code == 0
    assert "账号：liming" in text
    assert run("add", "liming", "--name", "又一个", "--unit", "gusu")[0] == 1
    assert "liming\t李明\t单位负责人\tgusu\t在用" in run("list")[1]
    store = opened(tmp_path)
    seat = asyncio.run(store.read(lambda tx: seats.by_login(tx, "liming")))
    assert seat
    token = asyncio.run(store.unit(lambda tx: sessions.start(tx, seat.id, now=1)))
    assert run("disable", "liming") == (0, "账号 liming 已停用，它的登录都已退出\n")
    limits = Limits(10**18, 10**18)
    assert asyncio.run(store.read(lambda tx: sessions.find(tx, token, now=2, limits=limits))) is None
    store.close()
    assert "已停用" in run("list")[1]
    assert run("reset", "liming")[0] == 0
    assert "在用" in run("list")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("reset", "nobody"),
        ("disable", "nobody"),
        ("add", " ", "--name", "x", "--unit", "gusu"),
        ("add", "x", "--name", "x", "--unit", "gu su"),
    ],
)
def test_what_cannot_be_done_ends_with_one(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 1


def test_a_role_that_does_not_exist_is_refused(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("add", "x", "--name", "x", "--unit", "gusu", "--role", "root")
