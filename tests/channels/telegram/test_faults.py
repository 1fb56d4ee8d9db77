"""Whatever the network or Telegram answers, polling goes on and nothing is lost."""

import json
from dataclasses import replace

import pytest

from store import Store
from tests.channels.telegram.kit import FAST, Desk, running
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TelegramApi, fault
from tests.telegram_wire import Answer

HER = 5550001


@pytest.fixture
def desk(one_store: Store) -> Desk:
    return Desk(one_store)


FAULTS = {
    "500": fault(500, "Internal Server Error"),
    "502 as HTML": Answer(502, b"<html>Bad Gateway</html>"),
    "401": fault(401, "Unauthorized"),
    "404": fault(404, "Not Found"),
    "409": fault(409, "Conflict: terminated by other getUpdates request"),
    "429": fault(429, "Too Many Requests: retry after 1", retry_after=1),
    "reset": Answer(200, b"", cut="reset"),
    "half a body": Answer(200, b'{"ok":true,"result":[]}', cut="half"),
    "HTML": Answer(200, b"<html>captive portal</html>"),
    "half JSON": Answer(200, b'{"ok":true,"resu'),
    "no list": Answer(200, b'{"ok":true,"result":{}}'),
    "not UTF-8": Answer(200, b"\xff\xfe\x00"),
    "deep": Answer(200, b"[" * 200_000),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("method", ["getUpdates", "getMe"])
async def test_every_fault_passes(api: TelegramApi, one_store: Store, desk: Desk, name: str, method: str) -> None:
    api.fail(method, FAULTS[name], FAULTS[name] if name != "429" else FAULTS["500"])
    last = api.say(HER, "还在吗")
    async with running(api, one_store, desk.receive) as telegram:
        await api.until(lambda: api.forgotten == last + 1)
        assert telegram.problem is None
    assert desk.texts == ["还在吗"]


async def test_telegram_away_at_the_start(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    api.say(HER, "还在吗")
    await api.stop()
    async with running(api, one_store, desk.receive) as telegram:
        await api.until(lambda: telegram.problem == "NetworkError")
        await api.start()
        await api.until(lambda: desk.texts == ["还在吗"])


async def test_a_poll_that_is_never_answered(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    api.slow["getUpdates"] = 3600
    last = api.say(HER, "还在吗")
    async with running(api, one_store, desk.receive, pace=replace(FAST, poll=0, call=0.3)) as telegram:
        await api.until(lambda: telegram.problem == "TimedOut")
        api.slow.clear()
        await api.until(lambda: api.forgotten == last + 1)
    assert desk.texts == ["还在吗"]


async def test_a_limit_on_polling_is_obeyed(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    api.fail("getUpdates", fault(429, retry_after=1))
    async with running(api, one_store, desk.receive):
        await api.until(lambda: len(api.called("getUpdates")) >= 2)
    first, second = api.called("getUpdates")[:2]
    assert second.at - first.at >= 1.5


def test_pauses_grow_to_thirty_seconds() -> None:
    telegram = [replace(FAST, first=1.0, top=30.0).delay(tries) for tries in (1, 2, 3, 9, 10, 10_000)]
    assert telegram == [1.0, 1.5, 2.25, 1.5**8, 30.0, 30.0]


@pytest.mark.parametrize("name", ["unreadable_chat", "unreadable_text"])
async def test_an_unreadable_update_is_left_out_alone(
    api: TelegramApi, one_store: Store, desk: Desk, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    api.say(HER, "前面的")
    bad = api.push({kind: body for kind, body in load(name).items() if kind != "update_id"})
    last = api.say(HER, "后面的")
    async with running(api, one_store, desk.receive):
        await api.until(lambda: api.forgotten == last + 1)
    assert desk.texts == ["前面的", "后面的"]
    assert [record.__dict__["update"] for record in caplog.records if record.msg == "telegram_update_unreadable"] == [
        bad
    ]
    assert "文字" not in caplog.text


async def test_strange_batches(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    """An update without an id is left out; a batch without any id is an answer to be asked for again."""
    inner = {key: value for key, value in load("text").items() if key != "update_id"}
    good = {"update_id": 871999999, **inner}
    mixed = json.dumps({"ok": True, "result": [inner, None, 7, {"update_id": True}, good]}).encode()
    nameless = json.dumps({"ok": True, "result": [inner]}).encode()
    api.fail("getUpdates", Answer(200, nameless), Answer(200, mixed))
    async with running(api, one_store, desk.receive) as telegram:
        await api.until(lambda: len(desk.texts) == 1)
        await api.until(lambda: telegram.problem is None)
