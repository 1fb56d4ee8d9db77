"""The frame of every staff page: places to go, who I am, the alarm bar."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from nicegui import ui

from web import words
from web.auth.permissions import PAGES, may, who
from web.desk import Desk
from web.parts.alarm_bar import AlarmBar
from web.parts.news import News

OPTIONS: Final[dict[str, Any]] = {"title": "工作台", "dark": None, "language": "zh-CN"}
# In this order, as far as a page is there and the person may open it.
PLACES: Final = (
    ("/desk", "工单"),
    ("/desk/watch", "待留意"),
    ("/desk/phone", "来电"),
    ("/desk/new", "来电来访登记"),
    ("/desk/callbacks", "回拨"),
    ("/desk/bookings", "预约"),
    ("/desk/articles", "知识"),
    ("/desk/questions", "没答上的"),
    ("/desk/parameters", "参数"),
    ("/desk/calculators", "计算"),
    ("/desk/duty", "值班"),
    ("/desk/seats", "坐席"),
)


@asynccontextmanager
async def shell(desk: Desk, here: str) -> AsyncIterator[News]:
    """`here` is the path of the place this page belongs to."""
    ui.add_head_html('<link rel="stylesheet" href="/desk/desk.css">')
    person, news = who(), News(desk.store)
    with ui.element("header").classes("top"):
        with ui.element("nav").classes("places").props('aria-label="主要页面"'):
            for path, name in PLACES:
                if path in PAGES and may(person, PAGES[path]):
                    link = ui.link(name, path).classes("place")
                    if path == here:
                        link.classes("here").props("aria-current=page")
        ui.element("span").classes("grow")
        unit = desk.org.unit_name(person.unit) if person.unit in desk.org.units else person.unit
        ui.label(f"{person.name} · {unit} · {words.ROLES.get(person.role, person.role)}").classes("me")
        with ui.element("form").props("method=post action=/desk/sign-out"):
            ui.button("退出", color=None).props("type=submit unelevated no-caps").classes("btn btn-quiet")
    bar = AlarmBar(desk)
    await bar.refresh()
    news.follow({"alarms", "tickets"}, bar.refresh)
    with ui.element("main").classes("page"):
        yield news
