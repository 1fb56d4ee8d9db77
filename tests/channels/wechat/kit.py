"""The product's own pipeline and outbox behind the official account, and the simulated platform, over real HTTP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import Receipt
from bot.channels.wechat import PATH, Account, WeChat, account_of
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from bot.channels.wechat.simulator.platform import SECOND
from bot.core import Core
from bot.marks import Marks
from bot.message import Inbound
from bot.outbox import Outbox
from bot.settings import Settings
from store import Store, outbox, seats
from store.folder import Folder
from store.rows import Conversation, OutboxRow
from tests.bot.kit import Clock, open_core
from tickets.actor import Actor

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP, SECRET, TOKEN = "wx0123456789abcdef", "s3cr3t-of-the-account", "t0ken"
HER = "oHerOpenId0000000000000000001"
HOUR = 3600 * SECOND


@dataclass
class Slow:
    """The pipeline, made to wait: `seconds` before it begins, `hold` until it is set, `calls` counted."""

    core: Core
    seconds: float = 0.0
    hold: asyncio.Event | None = None
    fails: int = 0
    calls: list[str] = field(default_factory=list)
    fresh: int = 0

    async def receive(self, inbound: Inbound) -> Receipt:
        self.calls.append(inbound.text)
        if self.hold is not None:
            await self.hold.wait()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the store is away")
        receipt = await self.core.pipeline.receive(inbound)
        self.fresh += not receipt.repeated
        return receipt


@dataclass
class Office:
    core: Core
    store: Store
    clock: Clock
    account: Account
    channel: WeChat
    outbox: Outbox
    sim: Simulator
    slow: Slow

    @property
    def screen(self) -> list[str]:
        return self.sim.platform.follower(HER).texts

    async def hand_over(self) -> None:
        """Everything due now leaves, the rounds of an outbox without their waiting."""
        for _ in range(20):
            if not await self.outbox.round():
                return

    async def settled(self) -> None:
        """Marks are written a moment later."""
        await asyncio.sleep(0.35)

    async def conversation(self, her: str = HER) -> Conversation:
        from store import conversations

        found = await self.store.read(lambda tx: conversations.by_address(tx, self.account.inbox, her))
        assert found is not None
        return found

    async def rows(self, her: str = HER) -> list[OutboxRow]:
        one = await self.conversation(her)
        found = await self.store.read(lambda tx: outbox.after(tx, token=one.token, reply_id=None))
        return found or []

    async def states(self) -> list[tuple[str, str | None]]:
        """State and error of all replies to her, in order."""
        from sqlalchemy import text

        one = await self.conversation()
        query = text("SELECT state, error FROM outbox WHERE conversation_id = :c ORDER BY id")
        rows = await self.store.read(lambda tx: tx.connection.execute(query, {"c": one.id}).all())
        return [(str(row[0]), row[1]) for row in rows]

    async def lead(self) -> Actor:
        def seat(tx: "object") -> int:
            from store.unit import Tx

            assert isinstance(tx, Tx)
            made = seats.add(tx, login="lead", name="测试", role="lead", unit="sz", password="-", now=self.clock.now)
            assert made is not None
            return made

        return Actor(await self.store.unit(seat), "lead", "sz", None)


@contextlib.asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def office(
    store: Store, tmp_path: Path, *, sealed: bool = True, patience: float = 4.3, push_patience: float = 5.0, **more: str
) -> AsyncIterator[Office]:
    clock = Clock()
    credentials = Credentials(APP, SECRET, TOKEN, aes_key(KEY) if sealed else None)
    async with open_core(store, tmp_path, clock) as core, Simulator(credentials, clock, patience=push_patience) as sim:
        account = account_of(settings(tmp_path, sim.url, sealed=sealed, **more))
        slow = Slow(core)
        channel = WeChat(
            account,
            receive=slow.receive,
            store=store,
            clock=clock,
            mark=Marks(store, clock).mark,
            keep=Folder(store, tmp_path).keep,
            owner="test",
            patience=patience,
        )
        async with served(Starlette(routes=channel.routes())) as base:
            sim.towards(f"{base}{PATH}")
            yield Office(
                core, store, clock, account, channel, Outbox(store, {channel.inbox: channel}, clock), sim, slow
            )
            await channel.stop()


def settings(tmp_path: Path, url: str, *, sealed: bool = True, **more: str) -> Settings:
    return Settings(
        var=str(tmp_path),
        wechat_app_id=APP,
        wechat_secret=SECRET,
        wechat_token=TOKEN,
        wechat_aes_key=KEY if sealed else "",
        wechat_api_url=url,
        **more,  # type: ignore[arg-type]  # the settings named in tests are texts
    )
