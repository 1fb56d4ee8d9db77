"""Puts the staff pages into the application; nothing happens before it is called."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from web.desk import Desk
from web.workbench.queue import register_queue

STATIC: Final = Path(__file__).parent / "static"


def register(app: FastAPI, desk: Desk) -> None:
    """The sign-in routes stand beside it; NiceGUI (`ui.run_with`) and the Guard go around it afterwards."""

    async def style(_request: Request) -> FileResponse:
        return FileResponse(STATIC / "desk.css", media_type="text/css")

    app.router.routes.append(Route("/desk/desk.css", style, methods=["GET"]))
    register_queue(desk)
