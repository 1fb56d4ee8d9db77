"""The husband's evening: the real program over real sockets, her page in his hands, and nothing comes out of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from bot.core import build_service, micros
from bot.settings import Settings
from store import Store, Tx, contacts, open_store, outbox, seats, tickets
from store.rows import Ticket
from tests.running import Program, running
from tickets import casework
from tickets.actor import Actor

SECRET = "材料我看到了，明天上午十点给您回话"
REPLY_SECONDS = 8.0  # the outbox of the program looks every five seconds


@dataclass
class Page:
    """What the chat page does: says hello, sends, confirms, keeps what it got in memory only."""

    socket: ClientConnection
    conversation: str | None = None
    count: int = 0
    seen: list[str] = field(default_factory=list)
    last: str | None = None

    async def say(self, text: str) -> str:
        self.count += 1
        name = f"{id(self)}-{self.count}"
        await self._send({"type": "message", "id": name, "text": text, "conversation": self.conversation})
        answer = await self._until(lambda frame: frame["type"] == "accepted" and frame["id"] == name)
        self.conversation = answer["conversation"]
        await self._send({"type": "got", "ids": [reply["id"] for reply in answer["replies"]]})
        return "\n".join(reply["text"] for reply in answer["replies"])

    async def beat(self) -> str:
        """The page asks what is new, as it does every 25 seconds."""
        await self._send({"type": "ping", "after": self.last})
        answer = await self._until(lambda frame: frame["type"] == "pong")
        return "\n".join(reply["text"] for reply in answer["replies"])

    async def watch(self, seconds: float) -> list[str]:
        """Whatever is pushed meanwhile."""
        before = len(self.seen)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._until(lambda _: False)
        return self.seen[before:]

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await self.socket.recv())
            self.seen += [reply["text"] for reply in frame.get("replies", ())]
            self.last = next((reply["id"] for reply in reversed(frame.get("replies", ()))), self.last)
            if wanted(frame):
                return frame


@asynccontextmanager
async def page(program: Program) -> AsyncIterator[Page]:
    address = f"{program.base.replace('http', 'ws')}/api/chat"
    async with connect(address, origin=program.base, proxy=None) as socket:  # type: ignore[arg-type]  # a text is an origin
        yield Page(socket)


@dataclass
class Staff:
    """A lead of the city at the same data, in a process of her own."""

    store: Store
    settings: Settings
    actor: Actor

    async def ticket(self) -> Ticket:
        (found,) = await self.store.read(
            lambda tx: [one for her in contacts.all_of(tx) for one in tickets.of_contact(tx, her)]
        )
        return found

    async def types(self, text: str) -> None:
        one = await self.ticket()
        await self.store.unit(lambda tx: casework.save_draft(tx, self.actor, one.id, text, now=micros()))

    async def replies(self, text: str) -> str:
        one, service = await self.ticket(), build_service(self.settings)
        return await self.store.unit(lambda tx: casework.reply(service, tx, self.actor, one.id, text, now=micros()))

    async def state(self, reply_id: str) -> str:
        one = await self.ticket()
        lines = await self.store.read(lambda tx: _states(tx, one.contact_id))
        return lines[reply_id]


def _states(tx: Tx, contact_id: int) -> dict[str, str]:
    from store import messages

    return {line.reply_id: str(line.state) for line in messages.transcript(tx, contact_id) if line.reply_id}


@asynccontextmanager
async def staff_of(program: Program) -> AsyncIterator[Staff]:
    settings = Settings(var=str(program.var))
    store = open_store(settings.store_url, settings.keys_path)
    try:
        made = await store.unit(
            lambda tx: seats.add(tx, login="lead", name="值班", role="lead", unit="sz", password="-", now=micros())
        )
        assert made is not None
        yield Staff(store, settings, Actor(made, "lead", "sz", None))
    finally:
        store.close()


async def test_the_husband_s_evening(tmp_path: Path) -> None:
    with running(tmp_path / "var") as program:
        async with staff_of(program) as staff:
            async with page(program) as hers:
                assert "110" in await hers.say("他刚才拿刀砍我")
                danger = await staff.ticket()
                assert (danger.danger_kind, danger.danger_level) == ("violence_now", "immediate")
                await staff.types(SECRET)
                assert await hers.say("他来了") == "好的。"
                reply_id = await staff.replies(SECRET)  # the colleague was typing and sends it all the same
                assert await hers.watch(REPLY_SECONDS) == []
                assert await hers.beat() == ""
                assert await staff.state(reply_id) not in {"sent", "fetched"}
                token = hers.conversation

            async with page(program) as blank:
                assert await blank.beat() == ""  # a page that is opened again knows nothing
                told = await blank.say("我老婆找过你们吗")
                assert "对谁都不说" in told
                assert not any(word in told for word in ("砍", "110", SECRET))

            async with page(program) as his:
                his.conversation = token  # he has her page, still open
                told = await his.say("我老婆找过你们吗")
                assert "对谁都不说" in told
                assert SECRET not in told
                told = await his.say("删除我的记录")
                assert "确定要删吗" in told
                assert not any(word in told for word in ("砍", "110", "不安全", SECRET))
                assert "三个词" in await his.say("确认删除")  # which he has not
                assert "收起来" not in await his.say("荷花 雨伞 小桥")
                told = await his.say("没事了我们和好了")
                assert SECRET not in told
                assert await his.watch(REPLY_SECONDS) == []
                assert await staff.state(reply_id) not in {"sent", "fetched"}

            after = await staff.ticket()
            assert (after.danger_kind, after.danger_level, after.closed_at) == ("violence_now", "immediate", None)
            assert after.priority == "urgent"
            assert not await staff.store.read(lambda tx: contacts.due_for_erasing(tx, now=micros() + 10**15))


async def test_plain_http_gives_nothing_either(tmp_path: Path) -> None:
    with running(tmp_path / "var") as program:
        async with staff_of(program) as staff, httpx.AsyncClient(base_url=program.base) as http:

            async def says(text: str, number: int) -> dict[str, Any]:
                body = {"conversation": token, "id": f"m{number}", "text": text}
                answer = (await http.post("/api/messages", json=body)).raise_for_status()
                return dict(answer.json())

            token: str | None = None
            token = (await says("公司拖欠工资三个月了怎么办", 1))["conversation"]
            await says("找人", 2)
            await says("先不说了", 3)
            await staff.replies(SECRET)
            for _ in range(3):
                found = await http.get("/api/messages", headers={"X-Conversation": token or ""})
                assert SECRET not in found.text
                await asyncio.sleep(0.3)
            again = await says("我回来了", 4)
            assert [SECRET in reply["text"] for reply in again["replies"]] == [False] * len(again["replies"])
            read = await says("看回复", 5)
            assert any(SECRET in reply["text"] for reply in read["replies"])
            assert await staff.store.read(outbox.backlog) >= 0
