"""The socket: order, repeats, confirmation, and everything a hostile or broken page may send."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.channels.base import Delivery
from bot.settings import Settings
from tests.channels.webchat.site import WORDS, Desk, Site, serving, until

ID = "B" * 22


@contextlib.asynccontextmanager
async def page(site: Site, origin: str | None = "own") -> AsyncIterator[ClientConnection]:
    given = site.url if origin == "own" else origin
    headers = {} if given is None else {"Origin": given}
    async with connect(f"ws://{site.host}/api/chat", additional_headers=headers, proxy=None) as line:
        yield line


async def tell(line: ClientConnection, **frame: Any) -> None:
    await line.send(json.dumps(frame))


async def hear(line: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        frame: dict[str, Any] = json.loads(await line.recv())
        return frame


async def ask(line: ClientConnection, **frame: Any) -> dict[str, Any]:
    await tell(line, **frame)
    return await hear(line)


async def drain(line: ClientConnection) -> None:
    while True:
        await hear(line)


async def begin(line: ClientConnection, text: str = "你好") -> dict[str, Any]:
    return await ask(line, type="message", id=ID, text=text, conversation=None)


async def test_a_message_its_reply_and_her_confirmation(site: Site) -> None:
    async with page(site) as line:
        assert await ask(line, type="hello", conversation=None, after=None) == {"type": "welcome", "replies": []}
        accepted = await begin(line)
        reply = accepted["replies"][0]
        assert (accepted["type"], accepted["id"], reply["text"]) == ("accepted", ID, "收到：你好")
        await tell(line, type="got", ids=["another's", 7])
        await ask(line, type="ping", after=reply["id"])
        assert site.desk.marked == []  # sending is not reading, and what was never sent here is not hers to mark
        await tell(line, type="got", ids=[reply["id"]])
        await until(lambda: site.desk.marked == [reply["id"]])


async def test_a_lost_answer_asked_for_again_by_socket_and_by_post_is_one_message(site: Site) -> None:
    for _ in range(20):
        async with page(site) as line:
            await tell(line, type="message", id=ID, text="在吗", conversation=None)
    async with page(site) as line:
        accepted = await begin(line, "在吗")
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as client:
        posted = await client.post("/api/messages", json={"conversation": None, "id": ID, "text": "在吗"})
    assert posted.json() == {"conversation": accepted["conversation"], "replies": accepted["replies"]}
    assert site.desk.texts == ["在吗"]


async def test_what_she_sent_before_the_line_broke_is_still_handled(site: Site) -> None:
    site.desk.delay = 0.3
    async with page(site) as line:
        for n in range(3):
            await tell(line, type="message", id=f"{ID}{n}", text=f"第{n}句", conversation=None)
    await until(lambda: site.desk.texts == ["第0句", "第1句", "第2句"])


async def test_a_reply_of_a_person_reaches_the_open_page_and_counts_when_confirmed(site: Site) -> None:
    async with page(site) as line:
        token = (await begin(line))["conversation"]
        delivery = site.desk.say(token, "我是小李。")
        sending = asyncio.create_task(site.chat.send(delivery))
        pushed = await hear(line)
        assert pushed["replies"] == [{"id": delivery.reply_id, "text": "我是小李。", "buttons": [], "staff": True}]
        assert not sending.done()
        await tell(line, type="got", ids=[delivery.reply_id])
        assert await sending is True
        assert delivery.reply_id not in site.desk.marked  # the outbox, which waited, notes it itself


async def test_a_reply_without_confirmation_waits_to_be_fetched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.webchat.socket.CONFIRM_SECONDS", 0.2)
    async with page(site) as line:
        token = (await begin(line))["conversation"]
        delivery = site.desk.say(token, "我是小李。")
        assert await site.chat.send(delivery) is False
        await hear(line)
        await tell(line, type="got", ids=[delivery.reply_id])  # late, and still the truth
        await until(lambda: site.desk.marked == [delivery.reply_id])
    await until(lambda: not site.chat._rooms.of(token))
    assert await site.chat.send(delivery) is False


async def test_nobody_hears_another_conversation(site: Site) -> None:
    async with page(site) as hers, page(site) as other:
        token = (await begin(hers))["conversation"]
        await ask(other, type="message", id="C" * 22, text="您好", conversation=None)
        sending = asyncio.create_task(site.chat.send(site.desk.say(token, "只给她的")))
        reply = (await hear(hers))["replies"][0]
        await tell(hers, type="got", ids=[reply["id"]])
        assert await sending
        assert await ask(other, type="ping", after=None) != {}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.recv(), 0.2)


async def test_hello_brings_what_was_missed_and_a_beat_brings_what_another_process_had(site: Site) -> None:
    async with page(site) as line:
        first = await begin(line)
    token, after = first["conversation"], first["replies"][0]["id"]
    missed = site.desk.say(token, "刚才您不在")
    async with page(site) as line:
        welcome = await ask(line, type="hello", conversation=token, after=after)
        assert [reply["id"] for reply in welcome["replies"]] == [missed.reply_id]
        elsewhere = site.desk.say(token, "另一处来的")
        pong = await ask(line, type="ping", after=missed.reply_id)
        assert [reply["id"] for reply in pong["replies"]] == [elsewhere.reply_id]
        assert site.desk.seen_tokens == [token, token]


async def test_an_unknown_conversation_is_said_so(site: Site) -> None:
    async with page(site) as line:
        refused = await ask(line, type="hello", conversation="nobody", after=None)
        assert (refused["of"], refused["status"]) == ("hello", 404)
        refused = await ask(line, type="message", id=ID, text="你好", conversation="nobody")
        assert (refused["of"], refused["id"], refused["status"]) == ("message", ID, 404)
        assert (await begin(line))["type"] == "accepted"
        assert not site.chat._rooms.of("nobody")


async def test_three_words_and_then_replies_come_here(site: Site) -> None:
    async with page(site) as line:
        assert (await ask(line, type="resume", words="不对 不对 不对"))["status"] == 404
        opened = await ask(line, type="resume", words=WORDS)
        assert (opened["conversation"], len(opened["lines"])) == ("earlier", 3)
        await tell(line, type="got", ids=["b1", "s1"])
        await until(lambda: site.desk.marked == ["b1", "s1"])
        sending = asyncio.create_task(site.chat.send(site.desk.say("earlier", "新的")))
        reply = (await hear(line))["replies"][0]
        await tell(line, type="got", ids=[reply["id"]])
        assert await sending


async def test_too_fast_waits_but_danger_never_does(site: Site) -> None:
    async with page(site) as line:
        token = (await begin(line))["conversation"]
        answers = [await ask(line, type="message", id=f"n{n}", text="嗯", conversation=token) for n in range(21)]
        assert [answer["type"] for answer in answers] == ["accepted"] * 20 + ["refused"]
        assert answers[-1]["retry_after"] >= 1
        danger = await ask(line, type="message", id="d", text="他拿着刀在砸门", conversation=token)
        assert danger["type"] == "accepted"


@pytest.mark.parametrize(
    "raw", ["", "{", "[]", "7", '{"type":"dance"}', '{"type":"got","ids":3}', '{"type":["a"]}', "[" * 60_000]
)
async def test_nonsense_is_refused_and_the_line_stays(site: Site, raw: str) -> None:
    async with page(site) as line:
        await line.send(raw)
        assert (await hear(line))["status"] == 400
        assert (await begin(line))["type"] == "accepted"


@pytest.mark.parametrize("raw", ["x" * 65_537, "长" * 30_000, b"binary"])
async def test_a_frame_too_big_or_binary_ends_the_line(site: Site, raw: str | bytes) -> None:
    async with page(site) as line:
        await line.send(raw)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(line.recv(), 5)
    assert not site.desk.inbounds


async def test_a_flood_of_beats_ends_the_line(site: Site) -> None:
    async with page(site) as line:
        for _ in range(400):
            await line.send('{"type":"ping"}')
        with pytest.raises(ConnectionClosed):
            await drain(line)


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "file://"])
async def test_only_our_own_page_may_open_it(site: Site, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with page(site, origin):
            pass
    assert refused.value.response.status_code == 403


async def test_behind_a_proxy_the_public_address_is_ours() -> None:
    public = "https://chat.example.org"
    async with serving(Desk(), Settings(public_url=public)) as site, page(site, public) as line:
        assert (await begin(line))["type"] == "accepted"


async def test_a_failing_store_ends_the_line_and_accepts_nothing(site: Site) -> None:
    def fails(_inbound: object) -> list[tuple[str, tuple[str, ...]]]:
        raise OSError("store")

    site.desk.answer = fails
    async with page(site) as line:
        with pytest.raises(ConnectionClosed):
            await begin(line)


async def test_stopping_hangs_up() -> None:
    async with serving(Desk(), Settings()) as site, page(site) as line:
        token = (await begin(line))["conversation"]
        await site.chat.stop()
        with pytest.raises(ConnectionClosed) as closed:
            await line.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        gone = Delivery(reply_id="x", conversation=token, address=token, text="", buttons=(), from_staff=False)
        await until(lambda: not site.chat._pages)
        assert await site.chat.send(gone) is False
