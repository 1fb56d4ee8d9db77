"""Nothing a woman typed, nothing that points to her and no secret reaches a log line, whatever fails."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.channels.base import Delivery
from bot.logs import JsonLines
from bot.outbox import Outbox
from bot.releases import ModelWatch
from nlu.serving import Request
from nlu.understanding import Understanding
from store import Store, releases
from tests.bot.kit import Clock, Woman, Written, open_core

SENTENCE = "他把我锁在观前街的房间里"
PHONE = "13912345678"
ADDRESS = "telegram-4242424242"
TOKEN = "12345:AAHsecretTokenOfTheBot"
CANARIES = (SENTENCE, "观前街", PHONE, ADDRESS, TOKEN, "AAHsecret")
TEXT = f"{SENTENCE}，电话{PHONE}"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything any logger says, formatted as in the running program."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def check(text: str, *, least: int = 1) -> list[dict[str, object]]:
    for canary in CANARIES:
        assert canary not in text, f"{canary} is in the log"
        assert json.dumps(canary).strip('"') not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) >= least, "nothing was logged: the test cannot see"
    for line in lines:
        assert {"at", "level", "logger", "event"} <= set(line)
    return lines


class _Broken:
    model = "broken"

    def parse_many(self, requests: list[Request | str]) -> list[Understanding]:
        raise ValueError(f"cannot read {requests} {TOKEN}")


class _Failing(Written):
    async def send(self, delivery: Delivery) -> bool:
        raise RuntimeError(f"{delivery.text} to {delivery.address} with {TOKEN}")


async def test_messages_and_whatever_fails_on_their_way_leave_no_word(
    store: Store, tmp_path: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock, ADDRESS).says(TEXT, same_breath=False)
        live = core.reader.model
        core.reader.model = _Broken()  # type: ignore[assignment]  # broken on purpose
        await Woman(core, clock, ADDRESS).says(TEXT, name="b", same_breath=False)
        core.reader.model = live
        monkeypatch.setattr("bot.pipeline.decide", _fails)
        await Woman(core, clock, f"{ADDRESS}-2").says(TEXT, same_breath=False)
        worker = Outbox(store, {"terminal": _Failing()}, clock)
        await worker.round()
    events = [str(line["event"]) for line in check(written.getvalue(), least=3)]
    assert {"model failed", "handler failed", "delivery failed"} <= set(events)


def _fails(turn: object) -> None:
    raise KeyError(f"{turn!r} {TEXT} {TOKEN}")


async def test_a_model_that_cannot_be_loaded(store: Store, tmp_path: Path, written: io.StringIO) -> None:
    async with open_core(store, tmp_path, Clock()) as core:
        await store.unit(
            lambda tx: releases.put_live(tx, model="m", file=f"/{TOKEN}", sha256="0", who="w", why=TEXT, now=1)
        )
        watch = ModelWatch(store, core.reader, {})
        await watch.look()
        await watch.stop()
    assert "model cannot be loaded" in [line["event"] for line in check(written.getvalue())]


async def test_the_store_quotes_no_value_in_its_errors(store: Store, written: io.StringIO) -> None:
    query = text("INSERT INTO nowhere VALUES (:it)")
    with pytest.raises(DBAPIError) as caught:
        await store.unit(lambda tx: tx.connection.execute(query, {"it": SENTENCE}))
    assert SENTENCE not in str(caught.value)
    logging.getLogger("halfsky.test").error("store failed", exc_info=caught.value)
    check(written.getvalue())


async def test_what_asyncio_says_of_a_forgotten_error(written: io.StringIO) -> None:
    async def forgotten() -> None:
        raise RuntimeError(f"{TEXT} {TOKEN}")

    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "task": task}
    )
    line = check(written.getvalue())[-1]
    assert line["event"] == "Task exception was never retrieved"
    assert line["error"] == "RuntimeError"


STRANGERS = [
    ("nicegui", f"could not handle {TEXT}", ()),
    ("websockets.server", "> TEXT %s", (TEXT,)),
    ("engineio.server", f"received packet {TEXT}", ()),
    ("some.library", TEXT, ()),
    ("uvicorn.error", f"Traceback (most recent call last):\n  {TEXT}", ()),
    ("uvicorn.error", '%s - "WebSocket %s" [accepted]', (ADDRESS, f"/ws?token={TOKEN}")),
    ("halfsky.test", "said", ()),
]


@pytest.mark.parametrize(("name", "message", "values"), STRANGERS)
def test_strangers_are_named_by_place_not_by_words(
    written: io.StringIO, name: str, message: str, values: tuple[str, ...]
) -> None:
    logging.getLogger(name).error(
        message, *values, extra={"quoted": TOKEN} if name != "halfsky.test" else {"ticket": 7}
    )
    (line,) = check(written.getvalue())
    if name == "halfsky.test":
        assert (line["event"], line["ticket"]) == ("said", 7)


PROGRAM = """
import asyncio, logging, sys, threading, warnings
from bot.logs import configure_logs
configure_logs()
text = sys.argv[1]
logging.getLogger("halfsky").info("started", extra={"port": 1, "long": text * 9})
logging.getLogger("httpx").info("HTTP Request: POST %s", text)
logging.getLogger("telegram.Bot").warning(text)
logging.getLogger("halfsky").error("odd %d", text)
warnings.warn(text)
class Gone:
    def __del__(self):
        raise RuntimeError(text)
Gone()
def fails():
    raise RuntimeError(text)
thread = threading.Thread(target=fails)
thread.start()
thread.join()
async def forgets():
    asyncio.create_task(failing())
    await asyncio.sleep(0.01)
async def failing():
    raise RuntimeError(text)
asyncio.run(forgets())
raise RuntimeError(text)
"""


def test_a_whole_process_writes_json_lines_and_nothing_else() -> None:
    """Threads, destructors, warnings and the last error of all speak on stderr too."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"{TEXT} {TOKEN}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    lines = check(done.stderr, least=7)
    assert [line["event"] for line in lines].count("uncaught") == 3
    assert all("long" not in line for line in lines)
