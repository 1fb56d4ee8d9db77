"""What is asked before something is done with a call."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from store.calls import Call
from web import words
from web.auth.permissions import on
from web.desk import Desk
from web.parts.controls import Asking, button, choice, field, line
from web.phone.words import ENDED, OUTCOMES, SAME
from web.times import short, whole
from web.workbench.actions import dangers_of
from web.workbench.rows import topic_name

Earlier = list[tuple[Call, str | None]]
NAMED = {"no": "不说我们是谁", "yes": "可以说是妇联"}


def ending(do: Callable[[str], Awaitable[None]]) -> Callable[[str], None]:
    """One press ends the call: 1 to 8."""
    asking = Asking("结束通话：结果是", "按数字键，或点一下。")

    def chosen(key: str) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            await do(key)
            asking.dialog.close()

        return end

    with asking:
        with ui.element("div").classes("outcomes"):
            named = enumerate(OUTCOMES.items(), 1)
            made = {key: button(f"{index}　{name}", "call.take", chosen(key)) for index, (key, name) in named}
        with ui.element("div").classes("ask-actions"):
            button("还没结束", "call.take", asking.dialog.close, "quiet")

    def show(likely: str) -> None:
        for key, one in made.items():
            one.classes(add="btn-main") if key == likely else one.classes(remove="btn-main")
        asking.open()

    return show


def dismissing(do: Callable[[str], Awaitable[None]]) -> Callable[[], None]:
    asking = Asking("解除危险信号", "依据和您的姓名会记下来。之后写的话里再有危险，会再提示。")
    with asking:
        why = field("依据", "例如：她说的是十年前的事，现在一个人住，安全", rows=2).props("autofocus")

        async def confirm() -> None:
            await do(str(why.value or ""))
            why.value = ""

        asking.actions("解除，记在我名下", "call.dismiss", confirm)
    return asking.open


def marking(desk: Desk, do: Callable[[str, str], Awaitable[None]]) -> Callable[[str | None], None]:
    asking = Asking("标为危险", "只会升高。紧急、危急的，开单时马上告警。")
    levels = {key: name for key, name in words.LEVELS.items() if key != "none"}
    with asking:
        kind = choice("类别", dangers_of(desk), search=True)
        level = choice("级别", levels, value="urgent")

        async def confirm() -> None:
            await do(str(kind.value or ""), str(level.value or ""))

        asking.actions("标为危险", "call.take", confirm, "danger")

    def show(likely: str | None) -> None:
        kind.value = likely
        found = desk.taxonomy.danger.get(likely or "")
        level.value = found.level if found else "urgent"
        asking.open()

    return show


def calling_back(do: Callable[[str, str, bool], Awaitable[None]]) -> Callable[[], None]:
    asking = Asking("约回拨", "还没有开单的，会一起开单。写下号码就是她同意我们为这件事打给她：先问过她再写。")
    with asking:
        number = line("打这个号码", "不写就用来电号码").props("autofocus")
        safe = line("什么时候打不会被别人听到", "例如：工作日上午，别发短信")
        named = choice("接通时", NAMED, value="no")

        async def confirm() -> None:
            await do(str(number.value or ""), str(safe.value or ""), named.value == "yes")
            number.value, safe.value, named.value = "", "", "no"

        asking.actions("约好了", "ticket.create", confirm)
    return asking.open


def looking_back(desk: Desk, do: Callable[[str], Awaitable[Earlier]], now: Callable[[], int]) -> Callable[[], None]:
    """What is shown goes when the dialog closes."""
    asking = Asking("同号来电", f"先写原因，记下之后才显示。{SAME}")
    with asking:
        why = field("原因", "例如：她说上周打过，要接着办", rows=1).props("autofocus")
        shown = ui.element("ul").classes("earlier")

        async def read() -> None:
            shown.clear()
            found = await do(str(why.value or ""))
            with shown:
                for call, number in found:
                    _earlier(desk, call, number, now())

        with ui.element("div").classes("ask-actions"):
            button("关闭", "call.earlier", asking.dialog.close, "quiet")
            button("记下原因并查看", "call.earlier", read, "main")

    def forget() -> None:
        shown.clear()
        why.value = ""

    asking.dialog.on("hide", on("call.earlier", forget))
    return asking.open


def _earlier(desk: Desk, call: Call, number: str | None, now: int) -> None:
    with ui.element("li"):
        with ui.element("div").classes("row-top"):
            at = ui.label(short(call.started_at, now)).classes("number")
            at.props["title"] = whole(call.started_at)
            ui.label(ENDED.get(call.outcome or "", "还没有结束"))
            if call.topic:
                ui.label(topic_name(desk, call.topic)).classes("soft")
            if call.danger_kind:
                ui.label(words.LEVELS.get(call.danger_level or "", "")).classes("tag tag-danger")
            if number:
                ui.label(number).classes("soft number")
        if call.body:
            ui.label(call.body).classes("event-note")
