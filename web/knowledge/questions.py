"""/desk/questions: what was not answered or did not help, grouped; one click starts an article or adds a variant."""

import asyncio
from typing import Final

from nicegui import ui

from knowledge.article import Article
from knowledge.words import folded
from store import access_log, unanswered
from web.auth.permissions import may, page, who
from web.desk import Desk
from web.knowledge.given import Knowing, day_of
from web.knowledge.groups import Group, grouped
from web.knowledge.listing import PATH as ARTICLES
from web.parts.shell import OPTIONS, shell
from web.times import short

PATH: Final = "/desk/questions"
DAYS: Final = 60
DAY: Final = 86_400 * 1_000_000
MOST: Final = 60
SHOWN: Final = 3
HOW: Final = "最近60天没答上的，和她点了“没解决”的，问得像的放在一起。有危险的不在这里。看这一页会留下记录。"


def register_questions(desk: Desk, knowing: Knowing) -> None:
    @page(PATH, "question.read", **OPTIONS)
    async def questions() -> None:
        async with shell(desk, PATH):
            with ui.element("div").classes("sheet-scroll"):
                await _build(desk, knowing)


async def _build(desk: Desk, knowing: Knowing) -> None:
    now = desk.clock()
    found = await access_log.shown(
        desk.store, who(), "questions.read", None, lambda tx: unanswered.recent(tx, since=now - DAYS * DAY), now=now
    )
    groups = await asyncio.to_thread(grouped, found, knowing.encode, now)
    with ui.element("div").classes("sheet wide-sheet"):
        ui.label("没答上的").classes("sheet-heading")
        ui.label(HOW).classes("hint")
        if not groups:
            ui.label("最近没有。").classes("empty")
            return
        with ui.element("table").classes("table stack"), ui.element("tbody"):
            for group in groups[:MOST]:
                _row(desk, knowing, group, now)


def _row(desk: Desk, knowing: Knowing, group: Group, now: int) -> None:
    first = group.questions[0]
    near = _nearest(desk, knowing, first.text)
    with ui.element("tr"):
        with ui.element("td"):
            ui.label(f"{len(group.questions)} 次").classes("number")
            ui.label(group.trend).classes("hint")
        with ui.element("td"):
            for one in group.questions[:SHOWN]:
                ui.label(one.text).classes("value")
            solved = sum(one.unsolved for one in group.questions)
            told = f"其中 {solved} 次点了没解决 · " if solved else ""
            ui.label(f"{told}最近 {short(max(one.at for one in group.questions), now)}").classes("hint")
        with ui.element("td"):
            if may(who(), "article.edit"):
                ui.link("写一篇", f"{ARTICLES}/new?like={first.id}").classes("btn btn-main small")
                if near is not None:
                    link = ui.link(f"加到“{near.title}”的问法", f"{ARTICLES}/{near.id}?like={first.id}")
                    link.classes("other")


def _nearest(desk: Desk, knowing: Knowing, text: str) -> Article | None:
    found = knowing.shelf.search(text, knowing.encode([folded(text)])[0], (), day_of(desk.clock()), 1)
    return found[0].article if found else None
