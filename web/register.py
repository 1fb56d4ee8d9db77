"""Puts the staff pages into the application; nothing happens before it is called."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from web.bookings.calendar import register_bookings
from web.bookings.calls import register_callbacks
from web.desk import Desk
from web.office.rota import register_rota
from web.office.staff import register_staff
from web.phone.page import register_phone
from web.workbench.files import file_routes
from web.workbench.queue import register_queue
from web.workbench.taking_in import register_taking_in
from web.workbench.watching import register_watching

STATIC: Final = Path(__file__).parent / "static"


def register(app: FastAPI, desk: Desk) -> None:
    """The sign-in routes stand beside it; NiceGUI (`ui.run_with`) and the Guard go around it afterwards."""

    async def style(_request: Request) -> FileResponse:
        return FileResponse(STATIC / "desk.css", media_type="text/css")

    app.router.routes.append(Route("/desk/desk.css", style, methods=["GET"]))
    app.router.routes.extend(file_routes(desk))
    register_queue(desk)
    register_watching(desk)
    register_taking_in(desk)
    register_callbacks(desk)
    register_bookings(desk)
    register_phone(desk)
    register_rota(desk)
    register_staff(desk)
