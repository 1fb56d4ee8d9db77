"""Deliveries of the outbox on the wire: what she sees, and what becomes of each refusal."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import Delivery, Later, Refused
from bot.channels.telegram import Pace, Telegram
from store import Store
from tests.channels.telegram.kit import FAST, Desk, channel, running
from tests.telegram_api import TelegramApi, fault
from tests.telegram_wire import Answer

HER = 5550001


def delivery(text: str, *buttons: str, reply: str = "r1", address: str = str(HER)) -> Delivery:
    return Delivery(reply_id=reply, conversation="c", address=address, text=text, buttons=buttons, from_staff=False)


@pytest.fixture
async def telegram(api: TelegramApi, one_store: Store) -> AsyncIterator[Telegram]:
    api.known.add(HER)
    opened = channel(api, one_store, Desk(one_store).receive)
    yield opened
    await opened.stop()


async def test_plain_text_with_one_button_a_row(api: TelegramApi, telegram: Telegram) -> None:
    text = "<b>不是</b> *粗体* [x](http://example.org) 第一行\n第二行"
    assert await telegram.send(delivery(text, "怀孕被辞退", "都不是", "找人"))
    (message,) = api.messages(HER)
    assert message.text == text
    assert [[button["text"] for button in row] for row in message.keyboard] == [["怀孕被辞退"], ["都不是"], ["找人"]]
    assert [button["callback_data"] for row in message.keyboard for button in row] == ["b:0", "b:1", "b:2"]
    given = api.called("sendMessage")[0].parameters
    assert given["link_preview_options"] == {"is_disabled": True}
    assert given["protect_content"] is False
    assert "parse_mode" not in given


async def test_long_text_comes_in_parts_with_the_buttons_last(api: TelegramApi, telegram: Telegram) -> None:
    text = "\n\n".join(f"第{number}段。" + "字" * 1500 for number in range(7))
    await telegram.send(delivery(text, "找人"))
    shown = api.messages(HER)
    assert "\n\n".join(message.text for message in shown) == text
    assert [message.buttons for message in shown] == [[], [], [], ["找人"]]


async def test_after_a_fault_only_the_missing_parts_come(api: TelegramApi, telegram: Telegram) -> None:
    text = "\n\n".join(f"{number}" * 3000 for number in range(3))
    await telegram.send(delivery("先来一条", reply="r0"))
    for problem in (fault(429, retry_after=0), fault(500)):
        api.fail(
            "sendMessage",
            Answer(200, b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}'),
            problem,
        )
    with pytest.raises(Later):
        await telegram.send(delivery(text))
    await asyncio.sleep(0.55)  # what Telegram asked for, and a margin
    with pytest.raises(Later):
        await telegram.send(delivery(text))
    assert await telegram.send(delivery(text))
    asked = [call.parameters["text"][0] for call in api.called("sendMessage")[1:]]
    assert asked == ["0", "1", "1", "2", "2"], "a part that was taken never comes twice"


REFUSALS = [
    (fault(403, "Forbidden: bot was blocked by the user"), Refused("blocked")),
    (fault(403, "Forbidden: user is deactivated"), Refused("blocked")),
    (fault(400, "Bad Request: chat not found"), Refused("gone")),
    (fault(400, "Bad Request: PEER_ID_INVALID"), Refused("gone")),
    (fault(400, "Bad Request: message is too long"), Refused("bad_request")),
    (fault(429, "Too Many Requests: retry after 1", retry_after=1), Later("limited", 1.5)),
    (fault(429, "Too Many Requests: retry after 474", retry_after=474), Later("limited", 474.5)),
    (fault(401, "Unauthorized"), Later("token")),
    (fault(500, "Internal Server Error"), Later("network")),
    (fault(502, "Bad Gateway"), Later("network")),
    (Answer(503, b"<html>busy</html>"), Later("network")),
    (Answer(200, b"<html>portal</html>"), Later("network")),
    (Answer(200, b'{"ok":true,"res'), Later("network")),
    (Answer(200, b"", cut="reset"), Later("network")),
    (Answer(200, b'{"ok":true,"result":{}}', cut="half"), Later("network")),
]


@pytest.mark.parametrize(("answer", "expected"), REFUSALS, ids=lambda value: str(getattr(value, "body", value))[:48])
async def test_every_fault_has_its_class(
    api: TelegramApi, telegram: Telegram, answer: Answer, expected: Refused | Later
) -> None:
    api.fail("sendMessage", answer)
    with pytest.raises(type(expected)) as caught:
        await telegram.send(delivery("您好"))
    assert isinstance(caught.value, Refused | Later)
    assert caught.value.reason == expected.reason
    if isinstance(expected, Later):
        assert isinstance(caught.value, Later)
        assert caught.value.seconds == expected.seconds
    if expected.reason != "limited":
        assert await telegram.send(delivery("您好")), "the next one goes"


async def test_nobody_there(api: TelegramApi, telegram: Telegram) -> None:
    await api.stop()
    with pytest.raises(Later) as caught:
        await telegram.send(delivery("您好"))
    assert caught.value.reason == "network"
    await api.start()
    assert await telegram.send(delivery("您好"))


@pytest.mark.parametrize(("text", "address", "reason"), [("  \n", str(HER), "empty"), ("您好", "她", "address")])
async def test_what_can_never_go(telegram: Telegram, text: str, address: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        await telegram.send(delivery(text, address=address))
    assert caught.value.reason == reason


async def test_a_limit_on_one_chat_does_not_stop_another(api: TelegramApi, telegram: Telegram) -> None:
    api.known.add(HER + 1)
    api.fail("sendMessage", fault(429, retry_after=474))
    with pytest.raises(Later):
        await telegram.send(delivery("您好"))
    assert await telegram.send(delivery("您好", reply="r2", address=str(HER + 1)))


async def test_what_is_limited_is_not_tried_before_its_time(api: TelegramApi, telegram: Telegram) -> None:
    api.fail("sendMessage", fault(429, retry_after=474))
    for reply in ("r1", "r2"):
        with pytest.raises(Later) as caught:
            await telegram.send(delivery("您好", reply=reply))
        assert 470 < (caught.value.seconds or 0) <= 474.5
    assert len(api.called("sendMessage")) == 1


async def test_two_chats_limited_at_once_are_a_limit_on_all(api: TelegramApi, telegram: Telegram) -> None:
    others = [HER + number for number in range(1, 4)]
    api.known.update(others)
    api.fail("sendMessage", fault(429, retry_after=474), fault(429, retry_after=1))
    for chat in (HER, others[0], others[1]):
        with pytest.raises(Later):
            await telegram.send(delivery("您好", address=str(chat)))
    assert len(api.called("sendMessage")) == 2, "the third was not even tried"
    await asyncio.sleep(1.55)
    assert await telegram.send(delivery("您好", address=str(others[1])))
    with pytest.raises(Later):
        await telegram.send(delivery("您好"))  # her own limit goes on


async def test_an_answer_that_comes_after_six_seconds_is_one(api: TelegramApi, one_store: Store) -> None:
    api.known.add(HER)
    api.slow["sendMessage"] = 6
    async with running(api, one_store, Desk(one_store).receive, pace=Pace()) as telegram:
        assert await telegram.send(delivery("您好"))
    assert [message.text for message in api.messages(HER)] == ["您好"]


async def test_a_server_that_never_answers(api: TelegramApi, one_store: Store) -> None:
    api.known.add(HER)
    api.slow["sendMessage"] = 3600
    opened = channel(api, one_store, Desk(one_store).receive, pace=replace(FAST, call=0.3))
    with pytest.raises(Later) as caught:
        await opened.send(delivery("您好"))
    assert caught.value.reason == "network"
    api.slow.clear()
    assert await opened.send(delivery("您好"))
    await opened.stop()
    assert [message.text for message in api.messages(HER)] == ["您好"]


async def test_a_button_pressed_comes_back_as_her_words(api: TelegramApi, one_store: Store) -> None:
    desk = Desk(one_store)
    api.known.add(HER)
    async with running(api, one_store, desk.receive) as telegram:
        await telegram.send(delivery("您想问哪一件？", "怀孕被辞退", "都不是", "找人"))
        await telegram.send(delivery("更新的问题", "方便", "不方便", reply="r2"))
        api.press(HER, 1)
        await api.until(lambda: desk.texts == ["不方便"])
        await api.until(lambda: len(api.called("answerCallbackQuery")) == 1)
