"""kill -9 with 100 updates waiting: ours handles each exactly once, stock polling loses nearly all."""

import asyncio
import contextlib
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

from tests.telegram_api import TelegramApi

WAITING = 100
KILLED_AFTER = 10
CHATS = 4


@contextlib.asynccontextmanager
async def worker(kind: str, api: TelegramApi, folder: Path) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.channels.telegram.worker", kind, api.url, api.token, str(folder)), stdout=PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def lines(process: Process, count: int, quiet: float) -> list[str]:
    """Up to `count` lines; fewer when nothing comes for `quiet` seconds."""
    assert process.stdout is not None
    heard: list[str] = []
    with contextlib.suppress(TimeoutError):
        while len(heard) < count:
            async with asyncio.timeout(quiet):
                heard.append((await process.stdout.readline()).decode().strip())
    return heard


def everything_said(api: TelegramApi) -> list[str]:
    texts = [f"第{number}句" for number in range(WAITING)]
    for number, text in enumerate(texts):
        api.say(5_550_000 + number % CHATS, text)
    return texts


async def test_killed_after_the_tenth_each_is_handled_once(api: TelegramApi, tmp_path: Path) -> None:
    texts = everything_said(api)
    async with worker("ours", api, tmp_path) as process:
        first = await lines(process, KILLED_AFTER, 30)
        process.kill()
    async with worker("ours", api, tmp_path) as process:
        await api.until(lambda: not api.waiting, 60)
        second = await lines(process, WAITING, 1)
    with contextlib.closing(sqlite3.connect(tmp_path / "halfsky.db")) as database:
        kept = database.execute("SELECT count(*), count(DISTINCT external_id) FROM message").fetchone()
    assert kept == (WAITING, WAITING)
    assert len(first) == KILLED_AFTER
    new = [line.removeprefix("new ") for line in first + second if line.startswith("new ")]
    assert len(new) == len(set(new)), "none was new twice"
    # What was committed in the very moment of the kill was never printed.
    assert set(texts) - set(new) <= {line.removeprefix("old ") for line in second if line.startswith("old ")}
    chats = [[text for text in new if int(text[1:-1]) % CHATS == chat] for chat in range(CHATS)]
    assert chats == [sorted(chat, key=lambda text: int(text[1:-1])) for chat in chats], "each chat in order"


async def test_stock_polling_loses_them(api: TelegramApi, tmp_path: Path) -> None:
    """The control: the same run against Application.run_polling, so the test above can see."""
    everything_said(api)
    async with worker("stock", api, tmp_path) as process:
        await lines(process, KILLED_AFTER, 30)
        process.kill()
    async with worker("stock", api, tmp_path) as process:
        await lines(process, WAITING, 6)
    handled = (tmp_path / "handled").read_text(encoding="utf-8").split()
    assert KILLED_AFTER <= len(handled) <= KILLED_AFTER + 2, "and it says so of the other 90 to nobody"
    assert api.waiting == []
