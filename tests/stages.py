"""The same conversation on every channel: her words go in where she types, what stands on her screen comes out."""

import asyncio
import contextlib
import json
import queue
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from bot.app import build_telegram, build_webchat, build_wechat
from bot.channels.base import Channel, Delivery
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from bot.commands.chat import talk
from bot.core import Core, build_core
from bot.marks import MOMENT
from bot.message import Inbound
from bot.outbox import Outbox
from bot.settings import Settings
from knowledge.search import Library
from nlu.serving import Interpreter
from store import Store, Tx, alarms, contacts, duty, open_store, seats, tickets
from store import outbox as outbox_rows
from store.rows import Alarm, Ticket
from tests.bot.kit import Clock
from tests.channels.wechat.kit import APP, KEY, SECRET, TOKEN, served
from tests.telegram_api import TelegramApi
from tickets import casework
from tickets.actor import Actor

HER = 5550001
OPENID = "oHerOpenId0000000000000000001"
PATIENCE = 600.0  # nobody waits here, and a busy machine must not change what is said


@dataclass(frozen=True)
class Shown:
    text: str
    buttons: tuple[str, ...] = ()


class Screen(Protocol):
    """Where she types and reads."""

    async def says(self, text: str) -> list[Shown]: ...

    async def sends(self, kind: str) -> list[Shown]: ...

    async def reads(self) -> list[Shown]:
        """What came since she last looked."""
        ...


@dataclass
class Scene:
    """One new person before a fresh store, with the levers for what happens around her."""

    core: Core
    store: Store
    clock: Clock
    screen: Screen
    outbox: Outbox
    lead: Actor
    page: "SocketScreen | None" = None

    @contextlib.asynccontextmanager
    async def open_page(self) -> AsyncIterator[None]:
        """While an open page confirms what it is given."""
        screen = self.page
        listening = asyncio.create_task(screen.listen()) if screen is not None else None
        try:
            yield
        finally:
            if listening is not None:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def around(self) -> None:
        """What happened around her leaves; what her screen has was noted before."""
        if isinstance(self.screen, HttpScreen | SocketScreen | WeChatScreen):
            await asyncio.sleep(2 * MOMENT)
        async with self.open_page():
            await self.hand_over()

    async def hand_over(self) -> None:
        for _ in range(30):
            if not await self.outbox.round():
                return

    async def staff(self, what: str, text: str = "") -> None:
        """The lead of the city acts on her newest ticket."""
        ticket = (await self.tickets())[-1]
        core, lead, now = self.core, self.lead, self.clock.now

        def act(tx: Tx) -> None:
            if what == "holds":
                casework.hold(tx, lead, ticket.id, on=True, now=now)
            elif what == "gives_back":
                casework.hold(tx, lead, ticket.id, on=False, now=now)
            elif what == "closes":
                topic, why = ticket.topic, "已经办完"
                casework.reply(core.service, tx, lead, ticket.id, "已经帮您问过了", final=True, now=now)
                casework.close(core.service, tx, lead, ticket.id, outcome="answered", topic=topic, reason=why, now=now)
            else:
                casework.reply(core.service, tx, lead, ticket.id, text, now=now)

        await self.store.unit(act)

    async def tickets(self) -> tuple[Ticket, ...]:
        return await self.store.read(
            lambda tx: tuple(one for her in contacts.all_of(tx) for one in tickets.of_contact(tx, her))
        )

    async def code(self) -> str:
        """Her three words, where she has been given them."""

        def find(tx: Tx) -> str:
            codes = (contacts.code_of(tx, her) for her in contacts.all_of(tx))
            return next((code for code in codes if code), "")

        return await self.store.read(find)

    async def alarms(self) -> tuple[Alarm, ...]:
        return tuple(await self.store.read(alarms.ringing))


@dataclass
class Written:
    """The channel of a screen without a network: what is handed over is what she reads."""

    inbox: str
    fetched: bool = False
    problem: str | None = None
    got: list[Shown] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, delivery: Delivery) -> bool:
        self.got.append(Shown(delivery.text, delivery.buttons))
        return True


@dataclass
class PipelineScreen:
    """Straight into the pipeline, as the web inbox; every kind of message can be expressed."""

    core: Core
    channel: Written
    count: int = 0

    async def says(self, text: str) -> list[Shown]:
        return await self._in(text, "text")

    async def sends(self, kind: str) -> list[Shown]:
        return await self._in("", kind)

    async def reads(self) -> list[Shown]:
        new, self.channel.got = self.channel.got, []
        return new

    async def _in(self, text: str, kind: str) -> list[Shown]:
        self.count += 1
        inbound = Inbound(
            self.channel.inbox, str(self.count), "her-page", text, self.core.clock(), kind=kind, same_breath=True
        )
        receipt = await self.core.pipeline.receive(inbound)
        shown = [sent.id for sent in receipt.replies]
        await self.core.store.unit(lambda tx: outbox_rows.handed(tx, shown, now=self.core.clock()))
        return [Shown(sent.text, sent.buttons) for sent in receipt.replies]


@dataclass
class HttpScreen:
    http: httpx.AsyncClient
    conversation: str | None = None
    last: str | None = None
    count: int = 0

    async def says(self, text: str) -> list[Shown]:
        self.count += 1
        body = {"conversation": self.conversation, "id": f"m{self.count}", "text": text}
        answer = (await self.http.post("/api/messages", json=body)).raise_for_status().json()
        self.conversation = answer["conversation"]
        return self._shown(answer["replies"])

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        if self.conversation is None:
            return []
        headers = {"X-Conversation": self.conversation, **({"X-After": self.last} if self.last else {})}
        answer = (await self.http.get("/api/messages", headers=headers)).raise_for_status().json()
        return self._shown(answer["replies"])

    def _shown(self, replies: Sequence[Any]) -> list[Shown]:
        self.last = replies[-1]["id"] if replies else self.last
        return [Shown(one["text"], tuple(one["buttons"])) for one in replies]


@dataclass
class SocketScreen:
    socket: ClientConnection
    conversation: str | None = None
    count: int = 0
    known: set[str] = field(default_factory=set)
    pushed: list[Shown] = field(default_factory=list)

    async def says(self, text: str) -> list[Shown]:
        self.count += 1
        frame = {"type": "message", "id": f"m{self.count}", "text": text, "conversation": self.conversation}
        answer = await self._ask(frame, "accepted")
        self.conversation = answer["conversation"]
        new = self._new(answer["replies"])
        await self._confirm()
        return new

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        """The page beats: what was pushed meanwhile stands before the answer."""
        answer = await self._ask({"type": "ping"}, "pong")
        new, self.pushed = self.pushed, []
        return [*new, *self._new(answer["replies"])]

    async def resume(self, words: str) -> list[str]:
        answer = await self._ask({"type": "resume", "words": words}, "resumed")
        self.conversation = answer["conversation"]
        self.known |= {line["id"] for line in answer["lines"]}
        return [line["text"] for line in answer["lines"]]

    async def listen(self) -> None:
        """Confirms what is pushed, as the page does, until it is stopped."""
        while True:
            self._keep(json.loads(await self.socket.recv()))
            await self._confirm()

    async def _ask(self, frame: dict[str, Any], kind: str) -> dict[str, Any]:
        await self.socket.send(json.dumps(frame))
        while True:
            got: dict[str, Any] = json.loads(await self.socket.recv())
            if got["type"] == kind:
                return got
            assert got["type"] != "refused", got
            self._keep(got)

    def _keep(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "replies":
            self.pushed += self._new(frame["replies"])

    async def _confirm(self) -> None:
        await self.socket.send(json.dumps({"type": "got", "ids": sorted(self.known)}))

    def _new(self, replies: Sequence[Any]) -> list[Shown]:
        new = [one for one in replies if one["id"] not in self.known]
        self.known |= {one["id"] for one in new}
        return [Shown(one["text"], tuple(one["buttons"])) for one in new]


@dataclass
class TelegramScreen:
    api: TelegramApi
    scene: "Scene | None" = None
    read: int = 0

    async def says(self, text: str) -> list[Shown]:
        return await self._in(self.api.say(HER, text))

    async def sends(self, kind: str) -> list[Shown]:
        sizes = {"file_id": f"f-{kind}", "file_unique_id": f"u-{kind}", "file_size": 900}
        bodies: dict[str, Any] = {
            "voice": {"voice": {**sizes, "duration": 4, "mime_type": "audio/ogg"}},
            "image": {"photo": [{**sizes, "width": 90, "height": 90}]},
            "file": {"document": {**sizes, "file_name": "a.pdf", "mime_type": "application/pdf"}},
            "location": {"location": {"latitude": 31.3, "longitude": 120.6}},
        }
        frame = self.api._frame(HER)
        return await self._in(self.api.push({"message": {**frame, **bodies[kind]}}))

    async def reads(self) -> list[Shown]:
        messages = self.api.messages(HER)
        new, self.read = messages[self.read :], len(messages)
        return [Shown(one.text, tuple(one.buttons)) for one in new]

    async def _in(self, update: int) -> list[Shown]:
        await self.api.until(lambda: self.api.forgotten == update + 1, 30)
        assert self.scene is not None
        await self.scene.hand_over()
        return await self.reads()


@dataclass
class WeChatScreen:
    sim: Simulator
    read: int = 0
    scene: "Scene | None" = None

    async def says(self, text: str) -> list[Shown]:
        await self.sim.say(OPENID, text)
        return await self._after()

    async def sends(self, kind: str) -> list[Shown]:
        if kind == "voice":
            await self.sim.speak(OPENID, b"sound")
        elif kind == "image":
            await self.sim.show(OPENID, b"\xff\xd8\xff\xe0picture")
        elif kind == "location":
            await self.sim.locate(OPENID, 31.3, 120.6, "苏州")
        else:
            raise NotImplementedError(kind)
        return await self._after()

    async def reads(self) -> list[Shown]:
        texts = self.sim.platform.follower(OPENID).texts
        new, self.read = texts[self.read :], len(texts)
        return [Shown(text, tuple(_choices(text))) for text in new]

    async def _after(self) -> list[Shown]:
        assert self.scene is not None
        await self.scene.hand_over()
        return await self.reads()


def _choices(text: str) -> list[str]:
    """Choices stand as numbered lines, or in one sentence."""
    lines = [line.split(" ", 1)[-1].split(".", 1)[-1].split("、", 1)[-1].strip() for line in text.splitlines()]
    named = [word for line in text.splitlines() if "可以回复：" in line for word in _named(line)]
    return [*lines, *named]


def _named(line: str) -> list[str]:
    return line.partition("可以回复：")[2].rstrip("）").split("、")


class TerminalScreen:
    """`halfsky chat` itself, with a keyboard and a screen that are queues."""

    def __init__(self, core: Core) -> None:
        self._keys: queue.Queue[str | None] = queue.Queue()
        self._lines: list[str] = []
        self._asked = asyncio.Semaphore(0)
        self._loop = asyncio.get_running_loop()
        self._talking = asyncio.create_task(self._talk(core))

    async def _talk(self, core: Core) -> None:
        with contextlib.suppress(EOFError):
            await talk(core, self._ask, self._lines.append)

    def _ask(self) -> str:
        self._loop.call_soon_threadsafe(self._asked.release)
        typed = self._keys.get()
        if typed is None:
            raise EOFError
        return typed

    async def says(self, text: str) -> list[Shown]:
        if "\n" in text:
            raise NotImplementedError("one line at a time")
        await self._asked.acquire()
        self._keys.put(text)
        await self._asked.acquire()
        self._asked.release()
        return await self.reads()

    async def sends(self, kind: str) -> list[Shown]:
        raise NotImplementedError(kind)

    async def reads(self) -> list[Shown]:
        new, self._lines[:] = list(self._lines), []
        texts = [line.removeprefix("半边天> ") for line in new if not line.startswith("   [")]
        buttons = tuple(line.partition("] ")[2] for line in new if line.startswith("   ["))
        return [*(Shown(text) for text in texts[:-1]), *([Shown(texts[-1], buttons)] if texts else [])]

    async def close(self) -> None:
        self._keys.put(None)
        await self._talking


@dataclass
class House:
    """What all scenes share: the model, the articles, a blank database."""

    folder: Path
    library: Library
    model: Interpreter
    made: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        open_store(f"sqlite:///{self.folder / 'blank.db'}", self.folder / "keys.json").close()

    @contextlib.asynccontextmanager
    async def core(self, at: int, settings: Settings) -> AsyncIterator[tuple[Core, Store, Clock]]:
        self.made += 1
        database = self.folder / f"scene{self.made}.db"
        shutil.copy(self.folder / "blank.db", database)
        store, clock = open_store(f"sqlite:///{database}", self.folder / "keys.json"), Clock(at)
        core = build_core(settings, store, clock=clock, rng=random.Random(12338), library=self.library)
        core.reader.model = self.model
        core.reader.patience = PATIENCE
        await core.reader.start()
        try:
            yield core, store, clock
        finally:
            await core.reader.stop()
            store.close()
            for file in self.folder.glob(f"{database.name}*"):
                file.unlink()

    @contextlib.asynccontextmanager
    async def scene(self, stage: str, at: int, *, on_duty: bool = False) -> AsyncIterator[Scene]:
        async with contextlib.AsyncExitStack() as stack:
            yield await STAGES[stage](self, stack, at, on_duty)

    def settings(self, **more: Any) -> Settings:
        return Settings(var=str(self.folder), **more)


async def _scene(
    core: Core, store: Store, clock: Clock, screen: Screen, channels: Sequence[Channel], on_duty: bool
) -> Scene:
    lead = await store.unit(lambda tx: _lead(tx, clock.now, on_duty))
    outbox = Outbox(store, {one.inbox: one for one in channels}, clock)
    page = screen if isinstance(screen, SocketScreen) else None
    return Scene(core, store, clock, screen, outbox, Actor(lead, "lead", "sz", None), page)


def _lead(tx: Tx, now: int, on_duty: bool) -> int:
    seat = seats.add(tx, login="duty", name="值班", role="lead", unit="sz", password="-", now=now)
    assert seat is not None
    if on_duty:
        duty.put(tx, "sz", [seat])
    return seat


async def pipeline(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    core, store, clock = await stack.enter_async_context(house.core(at, house.settings()))
    channel = Written("web")
    return await _scene(core, store, clock, PipelineScreen(core, channel), [channel], on_duty)


async def http(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    core, store, clock = await stack.enter_async_context(house.core(at, house.settings()))
    webchat = build_webchat(core)
    base = await stack.enter_async_context(served(Starlette(routes=webchat.routes())))
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60))
    return await _scene(core, store, clock, HttpScreen(client), [webchat], on_duty)


async def socket(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    core, store, clock = await stack.enter_async_context(house.core(at, house.settings()))
    webchat = build_webchat(core)
    base = await stack.enter_async_context(served(Starlette(routes=webchat.routes())))
    stack.push_async_callback(webchat.stop)
    address = f"{base.replace('http', 'ws')}/api/chat"
    page = await stack.enter_async_context(connect(address, origin=base, proxy=None))  # type: ignore[arg-type]  # a text is an origin
    return await _scene(core, store, clock, SocketScreen(page), [webchat], on_duty)


async def telegram(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    api = await stack.enter_async_context(TelegramApi())
    settings = house.settings(telegram_token=api.token, telegram_api_url=api.url)
    core, store, clock = await stack.enter_async_context(house.core(at, settings))
    channel = build_telegram(core)
    await channel.start()
    stack.push_async_callback(channel.stop)
    screen = TelegramScreen(api)
    screen.scene = await _scene(core, store, clock, screen, [channel], on_duty)
    return screen.scene


async def wechat(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    clock_of: list[Clock] = []
    sim = await stack.enter_async_context(
        Simulator(Credentials(APP, SECRET, TOKEN, aes_key(KEY)), lambda: clock_of[0]() if clock_of else at)
    )
    settings = house.settings(
        wechat_app_id=APP, wechat_secret=SECRET, wechat_token=TOKEN, wechat_aes_key=KEY, wechat_api_url=sim.url
    )
    core, store, clock = await stack.enter_async_context(house.core(at, settings))
    clock_of.append(clock)
    channel = build_wechat(core)
    base = await stack.enter_async_context(served(Starlette(routes=channel.routes())))
    stack.push_async_callback(channel.stop)
    sim.towards(f"{base}/wechat")
    screen = WeChatScreen(sim)
    screen.scene = await _scene(core, store, clock, screen, [channel], on_duty)
    return screen.scene


async def terminal(house: House, stack: contextlib.AsyncExitStack, at: int, on_duty: bool) -> Scene:
    core, store, clock = await stack.enter_async_context(house.core(at, house.settings()))
    screen = TerminalScreen(core)
    stack.push_async_callback(screen.close)
    return await _scene(core, store, clock, screen, [Written("terminal")], on_duty)


STAGES = {
    "pipeline": pipeline,
    "http": http,
    "socket": socket,
    "telegram": telegram,
    "wechat": wechat,
    "terminal": terminal,
}
