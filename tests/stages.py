"""The same conversation on every channel: her words go in where she types, what stands on her screen comes out."""

import asyncio
import contextlib
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from bot.app import build_telegram, build_webchat, build_wechat
from bot.channels.base import Channel
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from bot.core import Core, build_core
from bot.marks import MOMENT
from bot.outbox import Outbox
from bot.settings import Settings
from knowledge.search import Library
from nlu.serving import Interpreter
from store import Store, Tx, alarms, contacts, duty, open_store, seats, tickets
from store.rows import Alarm, Ticket
from tests.bot.kit import Clock
from tests.channels.wechat.kit import APP, KEY, SECRET, TOKEN, served
from tests.screens import PipelineScreen, Screen, Written
from tests.screens_chats import TelegramScreen, WeChatScreen
from tests.screens_web import HttpScreen, SocketScreen, TerminalScreen
from tests.telegram_api import TelegramApi
from tickets import casework
from tickets.actor import Actor

PATIENCE = 600.0  # nobody waits here, and a busy machine must not change what is said


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
                casework.hold(tx, lead, ticket.id, now=now)
            elif what == "gives_back":
                casework.release(core.service, tx, lead, ticket.id, now=now)
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
    screen.scene = scene = await _scene(core, store, clock, screen, [channel], on_duty)
    return scene


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
    screen.scene = scene = await _scene(core, store, clock, screen, [channel], on_duty)
    return scene


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
