"""The composition root: builds every part of the running program and knows in which order they start and stop."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.alarms import Alarms
from bot.channels.base import Channel, Sent
from bot.channels.telegram import Telegram
from bot.channels.webchat import Resumed, WebChat
from bot.core import Core, build_core
from bot.keeper import Keeper
from bot.outbox import Outbox
from bot.pipeline import day_of
from bot.reader import Asked
from bot.releases import ModelWatch, publish_shipped
from bot.resume import resume
from bot.settings import LOOPBACK, Settings
from knowledge.article import Candidate
from knowledge.render import render
from nlu.danger import rules_danger
from store import Store, contacts, conversations, open_store, outbox
from web.auth.guard import Guard
from web.auth.permissions import undeclared_pages
from web.auth.routes import auth_routes
from web.desk import Desk
from web.register import register

log = logging.getLogger("halfsky")

GUESSED_DELAY = 3.0  # seconds


class Part(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class App:
    core: Core
    channels: dict[str, Channel]
    watch: ModelWatch
    webchat: WebChat
    parts: tuple[Part, ...]  # in the order they start

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        started: list[Part] = []
        try:
            for part in self.parts:
                await part.start()
                started.append(part)
            yield
        finally:
            for part in reversed(started):
                await part.stop()
            self.core.store.close()


def open_settings_store(settings: Settings) -> Store:
    return open_store(settings.store_url, settings.keys_path)


def build(settings: Settings) -> App:
    store = open_settings_store(settings)
    core = build_core(settings, store)
    webchat = build_webchat(core)
    channels: dict[str, Channel] = {webchat.inbox: webchat}
    if settings.telegram_token:
        telegram = build_telegram(core)
        channels[telegram.inbox] = telegram
    wanted = settings.parts
    live = {name: channel for name, channel in channels.items() if name == "web" or "channels" in wanted}
    watch = ModelWatch(store, core.reader, core.org.gazetteer())
    parts: list[Part] = [_Shipped(core), *([] if settings.nlu_url else [watch]), core.reader]
    if "outbox" in wanted:
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        parts += [
            Outbox(store, live, core.clock),
            Alarms(store, core.service, core.clock, webhook=settings.alarm_webhook, base=base),
            Keeper(store, core.clock),
        ]
    parts += live.values()
    return App(core, channels, watch, webchat, tuple(parts))


class _Shipped:
    """The archive that came with the program is known to the store before anybody looks for the live one."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def start(self) -> None:
        now = self._core.clock()
        await self._core.store.unit(lambda tx: publish_shipped(tx, now=now))

    async def stop(self) -> None:
        return


def build_telegram(core: Core) -> Telegram:
    return Telegram(
        token=core.settings.telegram_token,
        api_url=core.settings.telegram_api_url,
        receive=core.pipeline.receive,
        store=core.store,
        clock=core.clock,
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
    )


def build_webchat(core: Core) -> WebChat:
    store, clock = core.store, core.clock

    async def history(token: str | None, after: str | None) -> list[Sent] | None:
        rows = await store.read(lambda tx: outbox.after(tx, token=token, reply_id=after))
        return (
            None
            if rows is None
            else [Sent(row.reply_id, row.text, row.buttons, row.seat_id is not None) for row in rows]
        )

    async def mark(reply_ids: list[str]) -> None:
        await store.unit(lambda tx: outbox.handed(tx, reply_ids, now=clock()))

    async def seen(token: str) -> None:
        await store.unit(lambda tx: conversations.saw(tx, token, now=clock()))

    slowly = asyncio.Lock()

    async def come_back(words: str, ip: str) -> Resumed | None:
        source = None if ip in LOOPBACK else ip
        if source is None and await store.read(lambda tx: contacts.guessed_at(tx, now=clock())):
            async with slowly:  # a proxy on this machine hides who guesses: everybody waits a little, nobody for ever
                await asyncio.sleep(GUESSED_DELAY)
        return await store.unit(lambda tx: resume(tx, words, core.org.words, source=source, now=clock()))

    return WebChat(
        receive=core.pipeline.receive,
        history=history,
        mark=mark,
        seen=seen,
        resume=come_back,
        settings=core.settings,
        clock=clock,
        dangerous=lambda text: rules_danger(text).level in {"urgent", "immediate"},
    )


async def healthz(app: App) -> JSONResponse:
    """Answers once she can be answered; yellow when a wished model cannot be loaded or none is there."""
    core = app.core
    waiting = await core.store.read(outbox.backlog)
    model = core.reader.model
    # A wished model that cannot be loaded, or a channel that is cut off: she is answered, somebody must look.
    problems = [channel for channel in app.channels.values() if channel.problem]
    green = model is not None and app.watch.healthy and not problems
    state = {
        "status": "green" if green else "yellow",
        "model": None if model is None else model.model,
        "store": core.store.dialect,
        "outbox_waiting": waiting,
    }
    return JSONResponse(state, headers={"Cache-Control": "no-store"})


def site(app: App) -> ASGIApp:
    """Everything the browser reaches, behind the guard."""

    @contextlib.asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        async with app.running():
            yield

    async def health(_request: Request) -> JSONResponse:
        return await healthz(app)

    core = app.core
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    api.router.routes.append(Route("/healthz", health))
    api.router.routes.extend(app.webchat.routes())
    if "pages" in core.settings.parts:
        api.router.routes.extend(auth_routes(core.store, core.settings, core.clock))
        register(api, build_desk(core))
        undeclared = undeclared_pages()
        if undeclared:
            raise RuntimeError(f"staff pages without a permission: {undeclared}")
        # No storage secret: nothing of ours is kept in NiceGUI's storage, and it sets no cookie of its own.
        ui.run_with(api, title="工作台", language="zh-CN", tailwind=False)
    return Guard(api, core.store, core.settings, core.clock)


def build_desk(core: Core) -> Desk:
    async def suggest(text: str, topics: Sequence[str]) -> list[Candidate]:
        reading = await core.reader.read(Asked(text, (), topics[0] if topics else None, day_of(core.clock())))
        return list(reading.candidates)

    return Desk(
        store=core.store,
        service=core.service,
        org=core.org,
        taxonomy=core.taxonomy,
        suggest=suggest,
        render=render,
        clock=core.clock,
    )
