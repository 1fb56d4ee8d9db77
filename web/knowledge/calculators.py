"""/desk/calculators: the same calculators the chat uses, for a member of staff on the phone."""

from datetime import date
from typing import Final

from nicegui import ui

from knowledge.calculators.catalogue import CALCULATORS, calculate
from tickets.errors import Refused
from web.auth.permissions import page
from web.desk import Desk
from web.knowledge.given import Knowing, day_of
from web.parts.controls import button, choice, line
from web.parts.shell import OPTIONS, shell

PATH: Final = "/desk/calculators"
HOW: Final = "和聊天里算的一样，用今天有效的参数；缺的会如实说缺什么。"


def register_calculators(desk: Desk, knowing: Knowing) -> None:
    @page(PATH, "article.read", **OPTIONS)
    async def calculators() -> None:
        async with shell(desk, PATH):
            with ui.element("div").classes("sheet-scroll"):
                _build(desk, knowing)


def _build(desk: Desk, knowing: Knowing) -> None:
    with ui.element("div").classes("sheet"):
        ui.label("计算").classes("sheet-heading")
        ui.label(HOW).classes("hint")
        with ui.element("div").classes("form"):
            names = {name: one.title for name, one in CALCULATORS.items()}
            which = choice("算什么", names, value=next(iter(names)))
            start = line("从哪天算起", "2026-03-05")
        asks = ui.label("").classes("hint")
        result = ui.element("div").classes("card")

        def show() -> None:
            name = str(which.value)
            asks.text = CALCULATORS[name].asks
            day = _day(str(start.value or "")) if CALCULATORS[name].asks else None
            found = calculate(name, day, knowing.parameters, day_of(desk.clock()))
            result.clear()
            with result:
                ui.label(found.text).classes("words pre")
                if found.missing:
                    ui.label(f"还缺：{'、'.join(found.missing)}").classes("due near")

        with ui.element("div").classes("form-actions"):
            button("算", "article.read", show, "main")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(422, "日期写成 2026-03-05 这样") from error
