"""The workbench on a real server, with levers for what happens around it: -m tests.web.workbench_desk VAR PORT."""

import contextlib
import sys
from collections.abc import AsyncIterator, Sequence

import uvicorn
from fastapi import FastAPI
from nicegui import Client, ui
from pydantic import BaseModel

from bot.core import build_core, micros
from bot.settings import Settings
from knowledge.article import Candidate
from knowledge.render import render
from store import Store, Tx, open_store, outbox
from tests.web.workbench_woman import open_matter, say
from tickets.service import Service
from web.auth.guard import Guard
from web.auth.permissions import undeclared
from web.auth.routes import auth_routes
from web.desk import Desk
from web.register import register
from web.times import local

clock = micros


class Words(BaseModel):
    conversation_id: int
    text: str
    topic: str = "rights_maternity"
    kind: str | None = None
    level: str | None = None
    watch: str | None = None


class Matter(BaseModel):
    texts: list[str]
    topic: str = "rights_maternity"
    unit: str | None = "gusu"
    kind: str | None = None
    level: str | None = None


def add_levers(app: FastAPI, store: Store, service: Service) -> None:
    """What happens around the workbench: a woman writes, the alarm loop makes a round, a channel delivers."""

    @app.post("/test/woman")
    async def woman(matter: Matter) -> dict[str, int | str | None]:
        values = matter.model_dump(exclude={"texts"})
        ticket = await store.unit(lambda tx: open_matter(tx, service, matter.texts, **values))
        return {
            "ticket_id": ticket.id,
            "number": ticket.number,
            "conversation_id": ticket.conversation_id,
            "contact_id": ticket.contact_id,
        }

    @app.post("/test/says")
    async def says(words: Words) -> None:
        await store.unit(lambda tx: say(tx, **words.model_dump()))

    @app.post("/test/alarms")
    async def alarms() -> None:
        now = clock()
        await store.unit(lambda tx: service.advance_alarms(tx, now=now))

    @app.post("/test/fetched")
    async def fetched() -> None:
        """Her page takes everything that waits for it."""
        now = clock()

        def take(tx: Tx) -> None:
            outbox.handed(tx, [row.reply_id for row in outbox.claim(tx, ["web"], now=now, limit=500)], now=now)

        for _ in range(20):  # one open reply of each conversation at a time
            await store.unit(take)

    @app.post("/test/undeclared")
    async def strangers() -> list[str]:
        pages = [client for client in Client.instances.values() if client.has_socket_connection]
        return sorted({name for one in pages for element in one.elements.values() for name in undeclared(element)})


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
    add_levers(app, store, core.service)
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
