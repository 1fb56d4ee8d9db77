"""POST and GET /api/messages as an integrator, a page without a socket and an attacker use them."""

import asyncio
import dataclasses
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.webchat import Limits
from bot.channels.webchat.limits import Allowance
from bot.settings import Settings
from tests.channels.webchat.site import WORDS, Desk, Site, application, serving, until, webchat

LONG_ID = "A" * 22
MINUTE = 60_000_000


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as opened:
        yield opened


def body(text: object = "你好", name: object = LONG_ID, conversation: object = None) -> dict[str, object]:
    return {"conversation": conversation, "id": name, "text": text}


async def begin(client: httpx.AsyncClient) -> str:
    token: str = (await client.post("/api/messages", json=body())).json()["conversation"]
    return token


async def test_a_message_is_answered_and_only_then_marked(site: Site, client: httpx.AsyncClient) -> None:
    site.desk.answer = lambda _inbound: [("请问在哪里？", ("姑苏区", "找人"))]
    answer = await client.post("/api/messages", json=body("工资被拖欠"))
    assert answer.status_code == 200
    content = answer.json()
    assert content["replies"] == [
        {"id": content["replies"][0]["id"], "text": "请问在哪里？", "buttons": ["姑苏区", "找人"]}
    ]
    inbound = site.desk.inbounds[0]
    assert (inbound.inbox, inbound.text, inbound.same_breath) == ("web", "工资被拖欠", True)
    assert inbound.sender == content["conversation"]
    await until(lambda: site.desk.marked == [content["replies"][0]["id"]])


async def test_the_same_id_gives_the_same_answer(site: Site, client: httpx.AsyncClient) -> None:
    first = (await client.post("/api/messages", json=body())).json()
    again = (await client.post("/api/messages", json=body())).json()
    assert first == again
    second = body("第二句", "2", first["conversation"])
    answers = await asyncio.gather(*(client.post("/api/messages", json=second) for _ in range(3)))
    assert len({answer.text for answer in answers}) == 1
    assert site.desk.texts == ["你好", "第二句"]


async def test_names_that_last(site: Site, client: httpx.AsyncClient) -> None:
    digest = hashlib.sha256("你好".encode()).hexdigest()
    token = await begin(client)
    await client.post("/api/messages", json=body(name="1"))
    await client.post("/api/messages", json=body(name="1", conversation=token))
    assert list(site.desk.handled) == [f"new:{LONG_ID}:{digest}", f"new:1:{digest}:127.0.0.1", f"{token}:1"]


async def test_two_women_with_the_same_short_id_never_share() -> None:
    desk = Desk()
    app = application(webchat(desk, Settings()))
    tokens = []
    for address, text in (("198.51.100.1", "在吗"), ("198.51.100.2", "在吗"), ("198.51.100.1", "您好")):
        async with from_address(app, address) as client:
            tokens.append((await client.post("/api/messages", json=body(text, "1"))).json()["conversation"])
    assert len(set(tokens)) == 3


def from_address(app: Starlette, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(address, 5000)), base_url="http://chat")


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "\ud83d\udc4d",
        "x\ud800y",
        "<script>alert(1)</script>",
        "😭😭😭",
        "我老公打我" * 2000,
        "\u202eabc\u200b",
        "臺灣繁體",
    ],
)
async def test_any_text_arrives_as_it_was_written(site: Site, client: httpx.AsyncClient, text: str) -> None:
    raw = json.dumps(body(text))
    answer = await client.post("/api/messages", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    expected = json.loads(json.dumps(text))
    assert site.desk.texts == [expected]
    assert json.loads(answer.content)["replies"][0]["text"] == f"收到：{expected}"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        (b"\xff\xfe\x00", 400),
        ("[" * 30_000, 400),
        ('{"a":' * 12_000, 400),
        ("1" * 5_000, 400),
        (json.dumps({"id": "1"}), 400),
        (json.dumps({"text": "你好"}), 400),
        (json.dumps(body(text="  \n")), 400),
        (json.dumps(body(text=["你好"])), 400),
        (json.dumps(body(name="")), 400),
        (json.dumps(body(name=1)), 400),
        (json.dumps(body(name="a\0b")), 400),
        (json.dumps(body(name="x" * 201)), 400),
        (json.dumps(body(conversation=7)), 400),
        (json.dumps(body(conversation="nobody")), 404),
        (json.dumps(body(conversation="../x")), 404),
        (json.dumps(body(text="长" * 22_000), ensure_ascii=False), 413),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_chinese(
    site: Site, client: httpx.AsyncClient, content: str | bytes, status: int
) -> None:
    answer = await client.post("/api/messages", content=content)
    assert answer.status_code == status
    assert any("一" <= letter <= "鿿" for letter in answer.json()["error"])
    assert not site.desk.inbounds


async def test_a_body_without_a_length_is_cut_off_while_it_comes(site: Site) -> None:
    reader, writer = await asyncio.open_connection(*site.host.split(":"))
    writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(9):  # 9 x 8 KiB, and the end never comes
        writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
    await writer.drain()
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()


async def test_a_length_that_lies_is_not_believed(site: Site) -> None:
    reader, writer = await asyncio.open_connection(*site.host.split(":"))
    writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n{")
    await writer.drain()
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_a_body_that_drips_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.webchat.http.BODY_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection(*site.host.split(":"))
    writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
    await writer.drain()
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()


async def test_later_replies_by_header_or_by_reply_alone(site: Site, client: httpx.AsyncClient) -> None:
    first = (await client.post("/api/messages", json=body())).json()
    token, after = first["conversation"], first["replies"][0]["id"]
    delivery = site.desk.say(token, "我是小李，您说。")
    expected = {"replies": [{"id": delivery.reply_id, "text": "我是小李，您说。", "buttons": []}]}
    ways: list[dict[str, Any]] = [
        {"params": {"after": after}},
        {"params": {"after": after}, "headers": {"X-Conversation": token}},
        {"headers": {"X-Conversation": token, "X-After": after}},
    ]
    for way in ways:
        assert (await client.get("/api/messages", **way)).json() == expected
    assert len((await client.get("/api/messages", headers={"X-Conversation": token})).json()["replies"]) == 2
    await until(lambda: delivery.reply_id in site.desk.marked)
    assert set(site.desk.seen_tokens) == {token}


@pytest.mark.parametrize(
    ("way", "status"),
    [({}, 400), ({"params": {"after": "nothing"}}, 404), ({"headers": {"X-Conversation": "nobody"}}, 404)],
)
async def test_later_replies_of_nobody(client: httpx.AsyncClient, way: dict[str, Any], status: int) -> None:
    assert (await client.get("/api/messages", **way)).status_code == status


async def test_three_words_open_the_earlier_conversation(site: Site, client: httpx.AsyncClient) -> None:
    opened = (await client.post("/api/resume", json={"words": WORDS})).json()
    assert opened["conversation"] == "earlier"
    assert [line["who"] for line in opened["lines"]] == ["her", "bot", "staff"]
    await until(lambda: site.desk.marked == ["b1", "s1"])
    answer = await client.post("/api/messages", json=body("接着说", "9", "earlier"))
    assert answer.json()["conversation"] == "earlier"
    for wrong in ("荷花 雨伞", "x" * 5000, "", None):
        assert (await client.post("/api/resume", json={"words": wrong})).status_code in {400, 404}


async def test_a_page_shut_out_by_her_words_never_learns_the_new_token(site: Site, client: httpx.AsyncClient) -> None:
    token = await begin(client)
    letter = body("第二句", "2", token)
    assert (await client.post("/api/messages", json=letter)).status_code == 200
    name = f"{token}:2"
    site.desk.handled[name] = dataclasses.replace(site.desk.handled[name], conversation="renamed", repeated=True)
    again = await client.post("/api/messages", json=letter)
    assert again.status_code == 404
    assert "renamed" not in again.text
    site.desk.replies.pop(token)
    assert (await client.post("/api/messages", json=body("第三句", "3", token))).status_code == 404


async def test_too_fast_waits_but_danger_never_does(site: Site, client: httpx.AsyncClient) -> None:
    token = await begin(client)
    answers = [await client.post("/api/messages", json=body("嗯", f"n{n}", token)) for n in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 4
    danger = await client.post("/api/messages", json=body("他拿着刀在砸门", "danger", token))
    assert danger.status_code == 200
    assert site.desk.texts[-1] == "他拿着刀在砸门"
    assert await begin(client)  # others are not held up


async def test_two_hundred_people_behind_one_address_and_no_faith_in_forwarded_for() -> None:
    desk = Desk()
    app = application(webchat(desk, Settings(), Limits(beginnings=Allowance(250), address=Allowance(400))))
    async with from_address(app, "198.51.100.7") as client:

        async def post(name: str, forwarded: str = "") -> int:
            headers = {"X-Forwarded-For": forwarded} if forwarded else {}
            return (await client.post("/api/messages", json=body("在吗", name * 22), headers=headers)).status_code

        assert {await post(chr(0x4E00 + n)) for n in range(200)} == {200}
        # On a slow machine the allowance refills a little meanwhile; asking faster than it refills always ends.
        codes = [await post(chr(0x5E00 + n), f"203.0.113.{n}") for n in range(200)]
        assert set(codes[:45]) == {200}
        assert codes[-1] == 429
    async with from_address(app, "198.51.100.8") as client:
        assert (await client.post("/api/messages", json=body())).status_code == 200


def test_an_allowance_refills_and_survives_a_clock_set_back() -> None:
    allowance = Allowance(20, most_keys=3)
    assert [allowance.take("a", 0) for _ in range(21)] == [0] * 20 + [3]
    assert allowance.take("a", 3_000_000) == 0
    assert allowance.take("a", 3_000_000) == 3
    assert allowance.take("a", -60 * MINUTE) == 0
    for key in "bcde":
        allowance.take(key, 0)
    assert allowance.take("a", 0) == 0  # forgotten, so memory has an end


@pytest.mark.parametrize(
    ("origin", "status"), [(None, 200), ("null", 200), ("own", 200), ("https://evil.example", 403), ("http://x:y", 403)]
)
async def test_other_sites_may_not_write(
    site: Site, client: httpx.AsyncClient, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": site.url if origin == "own" else origin}
    assert (await client.post("/api/messages", json=body(), headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/chat/chat.js", 200),
        ("GET", "/chat/index.html", 404),
        ("GET", "/chat/..%2f..%2fpyproject.toml", 404),
        ("GET", "/api/messages", 400),
        ("PUT", "/api/messages", 405),
        ("POST", "/api/messages", 400),
        ("GET", "/api/resume", 405),
    ],
)
@pytest.mark.parametrize("secure", [False, True])
async def test_every_answer_is_guarded(method: str, path: str, status: int, secure: bool) -> None:
    settings = Settings(public_url="https://chat.example.org") if secure else Settings()
    async with serving(Desk(), settings) as site, httpx.AsyncClient(base_url=site.url, trust_env=False) as client:
        answer = await client.request(method, path)
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert f"{'wss' if secure else 'ws'}://{site.host}" in policy
        expected = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store"}
        assert expected.items() <= dict(answer.headers).items()
        assert "camera=()" in answer.headers["permissions-policy"]
        assert ("strict-transport-security" in answer.headers) is secure
        assert "set-cookie" not in answer.headers


async def test_a_host_header_cannot_reach_into_the_policy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"Host": "x;script-src *"})
    assert "script-src *" not in answer.headers.get("content-security-policy", "")


async def test_title_and_way_out_are_escaped() -> None:
    settings = Settings(page_title='<b>"咨询"', leave_url='https://e.example/?a=1&b="x"')
    async with serving(Desk(), settings) as site, httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(site.url)).text
    assert "<title>&lt;b&gt;&quot;咨询&quot;</title>" in page
    assert 'href="https://e.example/?a=1&amp;b=&quot;x&quot;"' in page
    assert "{{" not in page


def test_a_way_out_that_is_code_is_refused() -> None:
    with pytest.raises(ValueError, match="leave_url"):
        webchat(Desk(), Settings(leave_url="javascript:alert(1)"))
