"""The access token: one for all, made in time, made anew once when it is refused."""

import asyncio
from pathlib import Path

import pytest

from bot.channels.base import Later
from bot.channels.wechat.client import new_http
from bot.channels.wechat.simulator import Fault
from bot.channels.wechat.tokens import Tokens
from store import Store, channel_tokens
from tests.channels.wechat.kit import HER, Office, office

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"


async def test_many_processes_make_one_token(desk: Office) -> None:
    https = [new_http(desk.sim.url) for _ in range(5)]
    processes = [Tokens(desk.account, desk.store, http, desk.clock, f"p{number}") for number, http in enumerate(https)]
    found = await asyncio.gather(*(one.current() for one in processes for _ in range(4)))
    assert len(set(found)) == 1
    assert [path for path, _ in desk.sim.platform.calls] == [TOKEN]
    desk.clock.pass_seconds(7200 - 200)  # its last five minutes: the next one is fetched before it runs out
    later = await asyncio.gather(*(one.current() for one in processes))
    assert len(set(later)) == 1
    assert set(later) != set(found)
    assert len(desk.sim.platform.calls) == 2
    for http in https:
        await http.aclose()


async def test_the_token_lies_sealed_in_the_store(desk: Office, tmp_path: Path) -> None:
    token = await desk.channel.client._tokens.current()
    kept = await desk.store.read(lambda tx: channel_tokens.read(tx, desk.account.inbox))
    assert kept is not None
    assert kept.value == token
    await asyncio.to_thread(_lacks, tmp_path, token)


@pytest.mark.parametrize("why", ["expired", "another program made one", "40014"])
async def test_a_refused_token_is_made_anew_once_and_the_message_arrives(desk: Office, why: str) -> None:
    await desk.sim.say(HER, "你好")
    await desk.channel.client._tokens.current()
    platform = desk.sim.platform
    if why == "expired":
        platform.expire()
    elif why == "40014":
        platform.faults = [Fault(SEND, code=40014, message="invalid access_token")]
    else:
        platform.tokens.clear()
        platform._current = None
    before = len(platform.calls)
    await _staff_says(desk, "我们明天陪您去。")
    assert "我们明天陪您去。" in desk.screen
    paths = [path for path, _ in platform.calls[before:]]
    assert paths.count(SEND) == 2
    assert 1 <= paths.count(TOKEN) <= 2


async def test_a_token_refused_again_is_no_endless_loop(desk: Office) -> None:
    await desk.sim.say(HER, "你好")
    desk.sim.platform.faults = [Fault(SEND, times=99, code=40001, message="invalid credential")]
    await _staff_says(desk, "我们明天陪您去。")
    assert [path for path, _ in desk.sim.platform.calls].count(SEND) == 2
    assert desk.channel.problem == "token"
    desk.sim.platform.faults.clear()
    desk.clock.pass_seconds(61)
    await desk.hand_over()
    assert "我们明天陪您去。" in desk.screen
    assert desk.channel.problem is None


async def test_the_address_to_whitelist_is_named(one_store: Store, tmp_path: Path) -> None:
    async with office(one_store, tmp_path) as desk:
        desk.sim.platform.whitelist = frozenset({"203.0.113.9"})
        with pytest.raises(Later, match=r"whitelist:127\.0\.0\.1"):
            await desk.channel.client.post(SEND, {})
        assert desk.channel.problem == "whitelist:127.0.0.1"


def _lacks(folder: Path, token: str) -> None:
    for file in folder.glob("halfsky.db*"):
        assert token.encode() not in file.read_bytes()


async def _staff_says(desk: Office, text: str) -> None:
    from store import Tx, outbox

    one = await desk.conversation()
    actor = await desk.lead()

    def work(tx: Tx) -> str:
        return outbox.add(
            tx,
            conversation_id=one.id,
            contact_id=one.contact_id,
            inbox=one.inbox,
            text=text,
            seat_id=actor.seat_id,
            now=desk.clock.now,
        )

    await desk.settled()
    await desk.store.unit(work)
    await desk.hand_over()
