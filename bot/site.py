"""What the browser reaches: the chat at once, the staff pages as soon as their two seconds of imports are done."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from bot.app import App
from bot.channels.base import Called
from bot.channels.webchat.guard import SecurityHeaders
from bot.core import Core
from bot.pipeline import day_of
from bot.reader import Asked
from knowledge.article import Candidate
from knowledge.render import render
from store import outbox

STAFF = ("/desk", "/_nicegui")


class Site:
    """Two applications behind one door: she never waits for the staff pages; they never stand open unguarded."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._public = public_site(app, self._running)
        self._pages: asyncio.Task[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not scope["path"].startswith(STAFF) or self._pages is None:
            await self._public(scope, receive, send)
        else:
            pages = await asyncio.shield(self._pages)
            await pages(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _running(self, _public: Starlette) -> AsyncIterator[None]:
        async with self._app.running(), contextlib.AsyncExitStack() as stack:
            if "pages" in self._app.core.settings.parts:
                self._pages = asyncio.create_task(self._open_pages(stack), name="pages")
            yield
            if self._pages is not None:
                await asyncio.wait([self._pages])

    async def _open_pages(self, stack: contextlib.AsyncExitStack) -> ASGIApp:
        await asyncio.to_thread(__import__, "bot.pages")
        from bot.pages import guarded_pages, staff_pages  # noqa: PLC0415 - imported on that thread, bound here

        core = self._app.core
        pages: FastAPI = staff_pages(core, suggest=lambda text, topics: suggest(core, text, topics), render=render)
        await stack.enter_async_context(pages.router.lifespan_context(pages))
        return guarded_pages(core, pages)


def public_site(app: App, lifespan: Lifespan[Starlette]) -> Starlette:
    async def health(_request: Request) -> JSONResponse:
        return await healthz(app)

    settings = app.core.settings
    headers = Middleware(SecurityHeaders, secure=settings.secure, embedders=settings.embedders)
    return Starlette(routes=[Route("/healthz", health), *doors(app)], middleware=[headers], lifespan=lifespan)


def doors(app: App) -> list[BaseRoute]:
    """Where the channels are called; a process without channels still shows the chat."""
    there = "channels" in app.core.settings.parts
    called = [one for name, one in app.channels.items() if name == "web" or there]
    return [route for channel in called if isinstance(channel, Called) for route in channel.routes()]


async def suggest(core: Core, text: str, topics: Sequence[str]) -> list[Candidate]:
    reading = await core.reader.read(Asked(text, (), topics[0] if topics else None, day_of(core.clock())))
    return list(reading.candidates)


async def healthz(app: App) -> JSONResponse:
    """Answers once she can be answered; yellow when a wished model cannot be loaded or none is there."""
    core = app.core
    waiting = await core.store.read(outbox.backlog)
    model = core.reader.model
    # A wished model that cannot be loaded, or a channel that is cut off: she is answered, somebody must look.
    problems = [channel for channel in app.channels.values() if channel.problem]
    edition = app.edition.current  # none: what staff change from now on reaches nobody
    green = model is not None and app.watch.healthy and edition is not None and not problems
    state = {
        "status": "green" if green else "yellow",
        "model": None if model is None else model.model,
        "edition": edition,
        "store": core.store.dialect,
        "outbox_waiting": waiting,
    }
    return JSONResponse(state, headers={"Cache-Control": "no-store"})
