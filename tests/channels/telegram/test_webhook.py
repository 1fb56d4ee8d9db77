"""Telegram calls us: only with the secret, once each however often it calls, and a switch loses and doubles nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.telegram.webhook import BODY_LIMIT
from bot.message import Inbound
from store import Store, offsets
from tests.channels.telegram.kit import FAST, INBOX, Desk, running
from tests.channels.telegram.site import called
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TelegramApi
from tests.telegram_push import SECRET, post

HER = 5550001
CHATS = 5
MANY = 100


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
async def address(api: TelegramApi, store: Store, desk: Desk) -> AsyncIterator[str]:
    async with called(api, store, desk.receive) as (_, url):
        await api.until(lambda: api.webhook == url)
        yield url


def update(name: str = "text") -> bytes:
    return json.dumps(load(name)).encode()


def texts(count: int) -> list[str]:
    return [f"{number}" for number in range(count)]


async def test_it_is_set_with_a_secret_and_pushes_arrive(api: TelegramApi, address: str, desk: Desk) -> None:
    api.say(HER, "在吗")
    api.say(HER, "我想问离婚")
    await api.until(lambda: not api.waiting)
    assert desk.texts == ["在吗", "我想问离婚"]
    (given,) = api.called("setWebhook")
    assert given.parameters["url"] == address
    assert len(given.parameters["secret_token"]) == 64
    assert given.parameters["drop_pending_updates"] is False
    assert given.parameters["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert not api.called("getUpdates")
    assert [entry["command"] for entry in api.commands][:2] == ["help", "human"]


@pytest.mark.parametrize(
    "header",
    [{}, {SECRET: ""}, {SECRET: "0" * 64}, {SECRET: "密".encode().decode("latin-1")}, {"Authorization": "x"}],
    ids=["missing", "empty", "wrong", "not ascii", "elsewhere"],
)
async def test_without_the_secret_nothing_is_read(
    address: str, desk: Desk, header: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert await post(address, update(), header) == 403
    assert desk.calls == []
    assert "怀孕" not in caplog.text


async def test_the_same_update_three_times_at_once_and_later(api: TelegramApi, address: str, desk: Desk) -> None:
    right = {SECRET: api.secret}
    assert await post(address, update("emoji"), right) == 200
    for name in ("text", "edited", "photo"):
        assert await asyncio.gather(*(post(address, update(name), right) for _ in range(3))) == [200] * 3
        assert await post(address, update(name), right) == 200
    assert sorted(desk.texts) == sorted(["😭😭😭", "怀孕了公司要辞退我怎么办", "他昨天打了我", "这是他打的伤"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 200),
        (b"[]", 200),
        (b'{"update_id": "x"}', 200),
        (b'{"message": {}}', 200),
        (update("unreadable_text"), 200),
        (b"x" * (BODY_LIMIT + 1), 413),
    ],
    ids=["no json", "a list", "no number", "no id", "unreadable", "too large"],
)
async def test_what_nobody_can_read_does_not_come_for_ever(
    api: TelegramApi, address: str, desk: Desk, body: bytes, status: int
) -> None:
    assert await post(address, body, {SECRET: api.secret}) == status
    assert desk.calls == []


async def test_a_store_out_of_order_is_not_acknowledged(api: TelegramApi, address: str, desk: Desk) -> None:
    left = [3]

    def trouble(_inbound: Inbound) -> None:
        if left[0]:
            left[0] -= 1
            raise RuntimeError("the store is out of order")

    desk.trouble = trouble
    api.say(HER, "第一句")
    api.say(HER, "第二句")
    await api.until(lambda: not api.waiting)
    assert desk.texts == ["第一句", "第二句"]
    assert desk.calls.count("第一句") == 4
    assert address == api.webhook


async def test_somebody_removed_it(api: TelegramApi, address: str, desk: Desk) -> None:
    api.webhook = ""
    await api.until(lambda: api.webhook == address)
    api.say(HER, "还在吗")
    await api.until(lambda: desk.texts == ["还在吗"])


async def test_health_knows_when_telegram_is_refused(api: TelegramApi, store: Store, desk: Desk) -> None:
    async with called(api, store, desk.receive) as (telegram, url):
        await api.until(lambda: api.webhook == url)
        assert telegram.problem is None
        api.secret = "somebody else's"
        api.say(HER, "有人吗")
        await api.until(lambda: telegram.problem == "webhook")
        assert desk.texts == []


async def test_two_processes_are_called_in_turn(api: TelegramApi, store: Store, desk: Desk) -> None:
    other, pace = Desk(store), replace(FAST, lease=30)
    async with (
        called(api, store, desk.receive, "one", pace) as (_, one),
        called(api, store, other.receive, "two", pace) as (_, two),
    ):
        api.pusher.addresses = [one, two]
        api.pusher.repeated = 2  # to both at once
        await api.until(lambda: bool(api.webhook))
        for number, text in enumerate(texts(20)):
            api.say(HER + number % CHATS, text)
        await api.until(lambda: not api.waiting, 30)
        # Counted before they leave: whoever stays takes the lease over and sets it again, as it should.
        assert len(api.called("setWebhook")) == 1, "the lease lets one set it"
    assert sorted(desk.texts + other.texts, key=int) == texts(20)
    assert desk.calls
    assert other.calls


@pytest.mark.parametrize("first", ["polling", "webhook"])
async def test_a_switch_in_the_middle_loses_and_doubles_nothing(api: TelegramApi, store: Store, first: str) -> None:
    """A hundred updates; the way in changes while the first of them are being handled, and changes back."""
    desk = Desk(store, slow=0.01)
    for number, text in enumerate(texts(MANY)):
        api.say(HER + number % CHATS, text)
    ways = ["polling", "webhook", "polling"] if first == "polling" else ["webhook", "polling", "webhook"]
    for turn, way in enumerate(ways):
        enough = (20, 50, MANY)[turn]
        opened = running(api, store, desk.receive, way) if way == "polling" else called(api, store, desk.receive, way)
        async with opened:
            await api.until(lambda wanted=enough: len(desk.texts) >= wanted, 40)  # type: ignore[misc]  # bound early
            if turn == 2:
                last = api.say(HER, "最后")
                await api.until(lambda: not api.waiting, 20)
    assert sorted(desk.texts[:-1], key=int) == texts(MANY)
    assert desk.texts[-1] == "最后"
    for chat in range(CHATS):
        mine = [int(text) for text in desk.texts[:-1] if int(text) % CHATS == chat]
        assert mine == sorted(mine), "each chat in order"
    if ways[-1] == "polling":
        assert await store.read(lambda tx: offsets.position(tx, INBOX)) == last + 1


async def test_who_waits_for_the_lease_changes_nothing(api: TelegramApi, store: Store, desk: Desk) -> None:
    """Two processes set up differently: the one that holds the token decides, and nobody fights."""
    async with (
        running(api, store, desk.receive, "polls", replace(FAST, lease=0.9)),
        called(api, store, desk.receive, "is called", replace(FAST, lease=0.9)),
    ):
        await api.until(lambda: bool(api.called("getUpdates")))
        await asyncio.sleep(1)
        last = api.say(HER, "在吗")
        await api.until(lambda: api.forgotten == last + 1)
        assert api.called("setWebhook") == []
    assert desk.texts == ["在吗"]


async def test_a_webhook_set_by_another_hand_does_not_silence_polling(
    api: TelegramApi, store: Store, desk: Desk
) -> None:
    async with running(api, store, desk.receive):
        await api.until(lambda: bool(api.called("getUpdates")))
        await api._setWebhook({"url": "http://127.0.0.1:9/elsewhere"})
        last = api.say(HER, "还听得到吗")
        await api.until(lambda: api.forgotten == last + 1)
    assert desk.texts == ["还听得到吗"]
