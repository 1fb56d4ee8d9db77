"""Neither the token nor a word of hers reaches any log, even at the lowest level and in the worst failures."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.channels.base import Delivery, Later
from bot.channels.telegram import silence
from bot.channels.telegram.quiet import TALKERS
from store import Store
from tests.channels.telegram.kit import Desk, running
from tests.telegram_api import TOKEN, TelegramApi
from tests.telegram_wire import Answer

HER = 5550001
SECRET = "他昨晚拿刀"
REPLY = "请先打110"


@pytest.fixture
def everything() -> Iterator[io.StringIO]:
    """All that any logger lets through, from DEBUG up."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """`silence` is for a whole process; here it ends with the test."""
    loggers = [logging.getLogger(name) for name in TALKERS]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]
    for logger in loggers:  # another test of this process may have shut them
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
        logger.handlers = []
    yield
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers = handlers


async def talk(api: TelegramApi, store: Store) -> None:
    def trouble(_inbound: object) -> None:
        if len(desk.calls) == 1:
            raise RuntimeError(SECRET)

    desk = Desk(store, trouble)
    api.say(HER, SECRET)
    api.push({"message": {"chat": {"id": HER, "type": "private"}, "text": [SECRET]}})
    api.fail("getUpdates", Answer(200, f'{{"ok": {SECRET}'.encode()), Answer(502, SECRET.encode()))
    async with running(api, store, desk.receive) as telegram:
        await api.until(lambda: desk.texts == [SECRET])
        letter = Delivery("r1", "c", str(HER), REPLY, ("找人",), from_staff=False)
        api.fail("sendMessage", Answer(200, f'{{"text": "{SECRET}'.encode()), Answer(200, b"", cut="reset"))
        for _ in range(2):
            with pytest.raises(Later):
                await telegram.send(letter)
        await telegram.send(letter)


async def test_nothing_leaks(
    api: TelegramApi, one_store: Store, everything: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    silence()
    silence()
    await talk(api, one_store)
    shown = everything.getvalue() + "".join(capsys.readouterr())
    assert "telegram_update_failed" in shown, "our own events still come through"
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET, SECRET.encode("unicode_escape").decode(), REPLY):
        assert secret not in shown


async def test_without_it_everything_would(api: TelegramApi, one_store: Store, everything: io.StringIO) -> None:
    """The control: the test above can see."""
    await talk(api, one_store)
    for secret in (TOKEN, SECRET, REPLY):
        assert secret in everything.getvalue()


def test_the_last_resort_of_logging_is_shut_too() -> None:
    """Without any handler at all Python prints warnings and errors on stderr."""
    code = (
        "import logging; from bot.channels.telegram import silence; silence();"
        "[logging.getLogger(n).critical('secret') for n in ('telegram', 'telegram.Bot', 'httpx', 'httpcore.http11')]"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("", "")
