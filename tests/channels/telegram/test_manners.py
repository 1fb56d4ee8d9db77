"""What the channel does by itself: buttons stop spinning, groups are told once, the menu is set."""

import asyncio

import pytest

from bot.channels.telegram import Account, Telegram
from bot.channels.telegram.words import OLD_BUTTON, PRIVATE_ONLY
from bot.settings import SettingsError
from store import Store
from tests.channels.telegram.kit import INBOX, Desk, channel, clock, nowhere, running
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TOKEN, TelegramApi, fault

HER = 5550001


@pytest.fixture
def desk(one_store: Store) -> Desk:
    return Desk(one_store)


async def test_a_button_stops_spinning_at_once(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    desk.hold = asyncio.Event()
    api.say(HER, "等着")
    button = load("button")
    api.expect_query(button["callback_query"]["id"])
    api.push(button)
    api.push(load("button_gone"))
    async with running(api, one_store, desk.receive):
        await api.until(lambda: len(api.called("answerCallbackQuery")) == 2)
        assert desk.texts == []
        desk.hold.set()
        await api.until(lambda: desk.texts == ["等着", "找人"])
    old = [call.parameters.get("text") for call in api.called("answerCallbackQuery")]
    assert sorted(old, key=str) == sorted([None, OLD_BUTTON], key=str)


async def test_groups_are_told_once_and_nothing_is_kept(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    for name in ("group_joined", "group_text", "group_text", "group_service", "blocked"):
        api.push({kind: body for kind, body in load(name).items() if kind != "update_id"})
    last = api.say(HER, "私聊")
    async with running(api, one_store, desk.receive):
        await api.until(lambda: api.forgotten == last + 1)
        await api.until(lambda: len(api.called("sendMessage")) == 1)
    assert [message.text for message in api.messages(-1009990001)] == [PRIVATE_ONLY]
    assert desk.calls == ["私聊"]


async def test_a_command_in_a_group_is_answered_with_its_id(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    group = -1009990002
    api.groups[group] = "值班群"
    for text in ("/id", "/ID@halfsky_loopback_bot", "今晚谁值班", "/id"):
        last = api.say(group, text)
    async with running(api, one_store, desk.receive, staff_group=group):
        await api.until(lambda: api.forgotten == last + 1)
        await api.until(lambda: bool(api.messages(group)))
    assert [message.text for message in api.messages(group)] == [f"本群编号：{group}"], "once, and nothing else"
    assert desk.calls == []


async def test_the_start(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    api.webhook = "https://example.org/hook"
    api.fail("setMyCommands", fault(500))
    last = api.say(HER, "菜单没设成也行")
    async with running(api, one_store, desk.receive):
        await api.until(lambda: api.forgotten == last + 1)
    assert api.commands == []
    async with running(api, one_store, desk.receive):
        await api.until(lambda: bool(api.commands))
    assert [entry["command"] for entry in api.commands] == [*("help", "human", "status", "replies", "book", "leave")]
    assert all("\u4e00" <= entry["description"][0] <= "\u9fff" for entry in api.commands)
    assert api.called("setMyCommands")[-1].parameters["scope"] == {"type": "all_private_chats"}
    assert api.called("deleteWebhook")[0].parameters == {"drop_pending_updates": False}


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", "https://x/bot1:2"])
async def test_a_token_that_cannot_be_one(one_store: Store, desk: Desk, token: str) -> None:
    with pytest.raises(SettingsError, match="telegram_token"):
        Telegram(
            Account(token, "http://127.0.0.1:1"),
            receive=desk.receive,
            store=one_store,
            clock=clock,
            keep=nowhere,
            owner="x",
        )


async def test_the_inbox_is_known_without_the_network(api: TelegramApi, one_store: Store, desk: Desk) -> None:
    telegram = channel(api, one_store, desk.receive)
    assert telegram.inbox == INBOX == f"telegram:{TOKEN.partition(':')[0]}"
    assert telegram.fetched is False
    await telegram.stop()
