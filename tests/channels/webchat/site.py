"""The real channel behind a real server on loopback, before a desk that answers the way a test wants."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from bot.channels.base import Delivery, Receipt, Sent
from bot.channels.webchat import Limits, Resumed, WebChat
from bot.channels.webchat.ports import Upload
from bot.message import Inbound
from bot.settings import Settings

WORDS = "荷花 雨伞 小桥"
EARLIER = (
    ("her", "上次问过工资的事", "h1", 1_795_000_000_000_000),
    ("bot", "已经记下了。", "b1", 1_795_000_001_000_000),
    ("staff", "您好，材料收到了。", "s1", 1_795_003_000_000_000),
)


def micros() -> int:
    return time.time_ns() // 1000


@dataclass
class Drawer:
    """Where files lie until their message comes, and after; tests/channels/webchat/test_files.py has the real one."""

    waiting: dict[str, Upload] = field(default_factory=dict)
    kept: dict[str, Upload] = field(default_factory=dict)  # by the message's name
    keeps: int = 0

    async def stage(self, upload: Upload) -> str:
        name = f"ticket{len(self.waiting)}"
        self.waiting[name] = upload
        return name

    async def staged(self, ticket: str) -> Upload | None:
        return self.waiting.get(ticket)

    async def known(self, external_id: str) -> bool:
        return external_id in self.kept

    async def keep(self, external_id: str, ticket: str, upload: Upload) -> None:
        self.keeps += external_id not in self.kept
        self.kept[external_id] = upload
        self.waiting.pop(ticket, None)


@dataclass
class Desk:
    """Keeps what a store would keep, no more."""

    answer: Callable[[Inbound], list[tuple[str, tuple[str, ...]]]] = lambda inbound: [(f"收到：{inbound.text}", ())]
    delay: float = 0
    handled: dict[str, Receipt] = field(default_factory=dict)
    inbounds: list[Inbound] = field(default_factory=list)
    replies: dict[str, list[Sent]] = field(default_factory=dict)  # conversation -> all that was said to her
    marked: list[str] = field(default_factory=list)
    seen_tokens: list[str] = field(default_factory=list)
    drawer: Drawer = field(default_factory=Drawer)

    async def receive(self, inbound: Inbound) -> Receipt:
        await asyncio.sleep(self.delay)
        if inbound.external_id in self.handled:
            return self.handled[inbound.external_id]
        self.inbounds.append(inbound)
        said = self.replies.setdefault(inbound.sender, [])
        new = tuple(self._sent(text, buttons) for text, buttons in self.answer(inbound))
        said.extend(new)
        self.handled[inbound.external_id] = Receipt(conversation=inbound.sender, replies=new)
        return self.handled[inbound.external_id]

    def say(self, conversation: str, text: str) -> Delivery:
        """A person answers; the outbox would take it from here."""
        sent = self._sent(text, ())
        self.replies[conversation].append(sent)
        return Delivery(
            reply_id=sent.id, conversation=conversation, address=conversation, text=text, buttons=(), from_staff=True
        )

    def _sent(self, text: str, buttons: tuple[str, ...]) -> Sent:
        return Sent(id=f"r{sum(map(len, self.replies.values()))}-{len(self.handled)}", text=text, buttons=buttons)

    async def history(self, conversation: str | None, after: str | None) -> list[Sent] | None:
        if conversation is None:
            holders = [token for token, said in self.replies.items() if any(reply.id == after for reply in said)]
            conversation = holders[0] if holders else None
        said = self.replies.get(conversation or "")
        if said is None:
            return None
        ids = [reply.id for reply in said]
        return said[ids.index(after) + 1 :] if after in ids else list(said)

    async def mark(self, ids: list[str]) -> None:
        self.marked.extend(ids)

    async def seen(self, conversation: str) -> None:
        self.seen_tokens.append(conversation)

    async def resume(self, words: str, address: str) -> Resumed | None:
        if words != WORDS:
            return None
        self.replies.setdefault("earlier", [Sent("b1", "已经记下了。"), Sent("s1", "您好，材料收到了。")])
        return Resumed("earlier", EARLIER)

    @property
    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.inbounds]


@dataclass
class Site:
    desk: Desk
    chat: WebChat
    host: str  # address and port

    @property
    def url(self) -> str:
        return f"http://{self.host}"


def webchat(desk: Desk, settings: Settings, limits: Limits | None = None) -> WebChat:
    return WebChat(
        receive=desk.receive,
        history=desk.history,
        mark=desk.mark,
        seen=desk.seen,
        resume=desk.resume,
        dangerous=lambda text: "拿着刀" in text,
        settings=settings,
        clock=micros,
        files=desk.drawer,
        limits=limits,
    )


def application(chat: WebChat) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.router.routes.extend(chat.routes())
    return app


@contextlib.asynccontextmanager
async def serving(
    desk: Desk, settings: Settings, *, port: int = 0, limits: Limits | None = None
) -> AsyncIterator[Site]:
    chat = webchat(desk, settings, limits)
    # Named TCP: asyncio switches Nagle's delay (40 ms an answer) off only for sockets that say so.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        application(chat), log_config=None, proxy_headers=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event
        await asyncio.sleep(0.01)
    try:
        yield Site(desk=desk, chat=chat, host=f"127.0.0.1:{listening.getsockname()[1]}")
    finally:
        await chat.stop()
        server.should_exit = True
        await running
        listening.close()


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # the condition may be anything
            await asyncio.sleep(0.01)
