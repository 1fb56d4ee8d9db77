"""A tiny workbench on a real server, with or without the guard in front of it: python auth_desk.py VAR PORT [open]."""

import sys
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI
from nicegui import ui
from starlette.types import ASGIApp

from bot.settings import Settings
from store import open_store
from web.auth.guard import Guard
from web.auth.permissions import on, page, who
from web.auth.routes import auth_routes

STATE = {"clicks": 0, "undeclared": 0, "ahead": 0}


def clock() -> int:
    return int(datetime.now(UTC).timestamp() * 1_000_000) + STATE["ahead"]


def click() -> None:
    STATE["clicks"] += 1


def undeclared() -> None:
    STATE["undeclared"] += 1


def register(app: FastAPI) -> None:
    @page("/desk", "desk.open", title="工作台")
    def desk() -> None:
        ui.label(f"你好，{who().name}")
        ui.button("记一次", on_click=on("queue.read", click)).props("id=click")
        ui.button("没有声明", on_click=undeclared)
        ui.input("写点什么", on_change=undeclared)

    @page("/desk/report", "report.read")
    async def report() -> None:
        ui.label("只有负责人看得到")

    @app.get("/test/state")
    def state() -> dict[str, int]:
        return STATE

    @app.post("/test/ahead")
    def ahead(seconds: int) -> None:
        STATE["ahead"] += seconds * 1_000_000

    @app.get("/test/broken")
    def broken() -> None:
        raise RuntimeError("broken on purpose")


def open_page() -> None:
    @ui.page("/desk")
    def desk() -> None:
        ui.button("记一次", on_click=click)


def main(var: str, port: int, *, guarded: bool, public_url: str) -> None:
    settings = Settings(var=var, port=port, public_url=public_url)
    store = open_store(settings.store_url, settings.keys_path)
    app = FastAPI()
    app.router.routes.extend(auth_routes(store, settings, clock))
    register(app)
    if not guarded:
        open_page()
    ui.run_with(app, show_welcome_message=False)
    asgi: ASGIApp = Guard(app, store, settings, clock) if guarded else app
    uvicorn.run(asgi, host="127.0.0.1", port=port, log_level="info")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), guarded="open" not in sys.argv[3:], public_url=(sys.argv[4:] or [""])[0])
