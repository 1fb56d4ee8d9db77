"""The workbench on a real server: python workbench_desk.py VAR PORT. /test/ahead moves its clock."""

import contextlib
import sys
from collections.abc import AsyncIterator, Sequence

import uvicorn
from fastapi import FastAPI
from nicegui import ui

from bot.core import build_core, micros
from bot.settings import Settings
from knowledge.article import Candidate
from knowledge.render import render
from store import open_store
from web.auth.guard import Guard
from web.auth.routes import auth_routes
from web.desk import Desk
from web.register import register
from web.times import local

AHEAD = {"by": 0}


def clock() -> int:
    return micros() + AHEAD["by"]


def build(settings: Settings) -> Guard:
    store = open_store(settings.store_url, settings.keys_path)
    core = build_core(settings, store, clock=clock)

    async def suggest(text: str, topics: Sequence[str]) -> list[Candidate]:
        return core.library.search(text, None, topics, local(clock()).date())

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = FastAPI(lifespan=lifespan)
    app.router.routes.extend(auth_routes(store, settings, clock))

    @app.post("/test/ahead")
    def ahead(seconds: int) -> None:
        AHEAD["by"] += seconds * 1_000_000

    @app.post("/test/alarms")
    async def step() -> None:
        """One round of what the alarm loop does."""
        now = clock()
        await store.unit(lambda tx: core.service.advance_alarms(tx, now=now))

    register(
        app,
        Desk(
            store=store,
            service=core.service,
            org=core.org,
            taxonomy=core.taxonomy,
            suggest=suggest,
            render=render,
            clock=clock,
        ),
    )
    ui.run_with(app, show_welcome_message=False, language="zh-CN", tailwind=False)
    return Guard(app, store, settings, clock)


def main(var: str, port: int) -> None:
    uvicorn.run(build(Settings(var=var, port=port)), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
