"""The history of an article: every version with its author, every decision, and the way back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from nicegui import ui

from store.articles import Decision, Version
from web.auth.permissions import may, who
from web.parts.controls import button
from web.times import short

STATES: Final = {"approved": "已批准", "waiting": "等批准", "declined": "被退回", "withdrawn": "撤回"}
ORIGINS: Final = {"shipped": "随程序", "page": "页面", "import": "文件导入"}
DECISIONS: Final = {
    "approved": "批准了",
    "declined": "退回了",
    "withdrawn": "撤回了",
    "confirmed": "确认了",
    "retired": "退役了",
}


def draw_past(
    versions: Sequence[Version],
    decisions: Sequence[Decision],
    people: Mapping[int, str],
    now: int,
    back: Callable[[Version], Awaitable[None]],
) -> None:
    if not versions:
        return
    ui.label("历史").classes("sheet-heading")
    with ui.element("ul").classes("events"):
        for place, one in enumerate(versions):
            with ui.element("li"):
                ui.label(short(one.created_at, now)).classes("at")
                with ui.element("div"):
                    author = people.get(one.author or 0, ORIGINS[one.origin])
                    ui.label(f"第 {one.number} 版 · {STATES[one.state]} · {author} · {one.why}")
                    if place and may(who(), "article.edit"):
                        button("回到这一版", "article.edit", _going_back(back, one), "quiet")
        for decision in decisions:
            with ui.element("li"):
                ui.label(short(decision.at, now)).classes("at")
                with ui.element("div"):
                    ui.label(f"{decision.who}{DECISIONS[decision.decision]}第 {decision.number} 版")
                    if decision.note:
                        ui.label(decision.note).classes("event-note")


def _going_back(back: Callable[[Version], Awaitable[None]], version: Version) -> Callable[[], Awaitable[None]]:
    async def go() -> None:
        await back(version)

    return go
