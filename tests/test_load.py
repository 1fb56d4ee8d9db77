"""The load benchmark measures what it says: real signatures, and a lost or doubled reply is seen."""

import asyncio
import json
import time
from urllib.parse import parse_qs

import pytest
import websockets

from benchmarks.chats import Socket
from benchmarks.pushes import Plan, prepared
from benchmarks.tally import Tally, _compare
from bot.channels.wechat import Account, account_of
from bot.channels.wechat.envelope import Envelope
from bot.channels.wechat.pushes import read
from bot.settings import Settings

SECOND = 1_000_000
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAN = Plan(
    port=1,
    api_port=2,
    app_id="wx1",
    secret="s",
    token="t",
    aes_key=KEY,
    texts=["产假多少天"],
    rate=50,
    begin=-1.0,
    end=3.0,
)


def _account() -> Account:
    return account_of(
        Settings(
            wechat_app_id="wx1", wechat_secret="s", wechat_token="t", wechat_aes_key=KEY, wechat_api_url="http://x"
        )
    )


def test_every_push_is_sealed_for_its_own_moment_and_a_repeat_keeps_its_name() -> None:
    go = time.time()
    sendings = prepared(PLAN, go)
    assert len({one.openid for one in sendings}) == len(sendings) == 200
    repeated = 0
    for sending in sendings:
        names = set()
        for request, moment in zip(sending.requests, (0.0, sending.wait or 0.0), strict=False):
            head, _, body = request.partition(b"\r\n\r\n")
            query = {
                name: values[0] for name, values in parse_qs(head.split(b" ")[1].decode().partition("?")[2]).items()
            }
            now = int((go + sending.at + moment) * SECOND)
            push = read(Envelope(_account()).open(query, body, now), "wechat:wx1", now)
            assert push.inbound is not None
            assert (push.her, push.inbound.text) == (sending.openid, "产假多少天")
            names.add(push.name)
        assert len(names) == 1
        repeated += len(sending.requests) - 1
    assert repeated == 5


@pytest.mark.parametrize(
    ("screen", "replies", "lost", "doubled"),
    [
        (["一\n\n二\n\n回复数字或文字：\n1 好"], ["一", "二"], 0, 0),
        (["一二三", "四五"], ["一二三\n四五"], 0, 0),  # cut in parts
        (["一"], ["一", "二"], 1, 0),
        ([], ["一"], 1, 0),
        (["一", "一"], ["一"], 0, 1),
        (["一", "一"], ["一", "一"], 0, 0),
    ],
)
def test_lost_and_doubled_replies_are_seen(screen: list[str], replies: list[str], lost: int, doubled: int) -> None:
    tally = Tally()
    _compare(tally, screen, replies)
    assert (tally.lost, tally.doubled) == (lost, doubled)


async def test_the_lean_socket_speaks_the_protocol_of_a_browser() -> None:
    """Long and short frames both ways, compressed answers, a ping in between."""

    async def echo(connection: websockets.ServerConnection) -> None:
        async for frame in connection:
            await (await connection.ping())
            await connection.send(frame)

    async with websockets.serve(echo, "127.0.0.1", 0) as server:
        socket = await Socket.open(server.sockets[0].getsockname()[1])
        for text in ("短", "长" * 100, "很长" * 9_000):
            socket.send({"text": text})
            assert json.loads(json.dumps(await asyncio.wait_for(socket.receive(), 5))) == {"text": text}
        socket.close()
