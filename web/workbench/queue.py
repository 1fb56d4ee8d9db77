"""/desk: my queue on the left, the case on the right."""

from nicegui import ui
from nicegui.events import GenericEventArguments

from store import casework
from tickets.errors import Refused
from web.auth.permissions import may, on, page, who
from web.desk import Desk, actor_of
from web.parts.case_list import CaseList
from web.parts.controls import polite
from web.parts.news import News
from web.parts.shell import OPTIONS, shell
from web.workbench.panel import Panel
from web.workbench.rows import MINE, TABS, read_rows, rows_of


def register_queue(desk: Desk) -> None:
    @page("/desk", "desk.open", **OPTIONS)
    async def workbench() -> None:
        if not may(who(), "queue.read"):
            await _no_cases(desk)
            return
        async with shell(desk, "/desk") as news:
            await Workbench(desk).build(news, 0)

    @page("/desk/ticket/{ticket_id}", "ticket.read", **OPTIONS)
    async def ticket(ticket_id: int) -> None:
        async with shell(desk, "/desk") as news:
            await Workbench(desk).build(news, ticket_id)


async def _no_cases(desk: Desk) -> None:
    """The administrator looks after the system and reads no case."""
    async with shell(desk, "/desk"):
        with ui.element("div").classes("sheet"):
            ui.label("管理员不看工单内容").classes("sheet-heading")
            ui.label("坐席、单位和值班表在上面的菜单里管理。").classes("hint")


class Workbench:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tab = MINE
        self._panel: Panel | None = None

    async def build(self, news: News, ticket_id: int) -> None:
        self._split = ui.element("div").classes("split")
        with self._split:
            with ui.element("aside").classes("list-pane"):
                self._tabs()
                self._list = CaseList("工单", "这里没有工单。有新的会自动出现。", "ticket.read", self._pick, self._take)
                keys = "J/K 上下　Enter 打开　T 签收　R 回复　/ 找编号"
                ui.label(keys).classes("keys hint")
            self._case = ui.element("section").classes("case-pane").props('aria-label="工单"')
        await self._refresh_list()
        await self._open(ticket_id)
        news.follow({"tickets", "alarms", "seats"}, self._refresh_list)
        news.follow({"tickets", "alarms", "outbox", "delivery"}, self._refresh_case)

    def _tabs(self) -> None:
        with ui.element("div").classes("list-head"):
            with ui.element("div").classes("tabs").props('role="tablist"'):
                self._buttons = {tab: self._tab_button(tab, name) for tab, name in TABS.items()}
            find = ui.input(placeholder="找编号，如 0007").props("dense outlined clearable").classes("find")
            find.on_value_change(on("queue.read", lambda event: self._list.narrow(str(event.value or ""))))
            find.on("keydown.enter", on("queue.read", polite(lambda: self._find(str(find.value or "")))))

    def _tab_button(self, tab: str, name: str) -> ui.button:
        async def choose() -> None:
            self._tab = tab
            for key, one in self._buttons.items():
                one.classes(add="on") if key == tab else one.classes(remove="on")
            await self._refresh_list()

        made = ui.button(name, color=None, on_click=on("queue.read", choose))
        return made.props('unelevated no-caps role="tab"').classes("tab" + (" on" if tab == self._tab else ""))

    async def _refresh_list(self) -> None:
        actor, now = actor_of(who()), self._desk.clock()
        rows = await self._desk.store.read(lambda tx: read_rows(tx, self._desk, actor, self._tab, now=now))
        self._list.show(rows)

    async def _refresh_case(self) -> None:
        if self._panel is None:
            return
        try:
            await self._panel.refresh()
        except Refused as refusal:  # transferred away, or I was kept out meanwhile
            self._empty(refusal.message)

    async def _pick(self, event: GenericEventArguments) -> None:
        await self._open(int(event.args.get("id", 0)) if isinstance(event.args, dict) else 0)

    async def _open(self, ticket_id: int) -> None:
        self._list.select(ticket_id)
        if not ticket_id:
            self._empty("从左边选一张工单")
            return
        panel = Panel(self._desk, ticket_id, self._refresh_list)
        self._case.clear()
        self._split.classes(add="has-case")
        try:
            with self._case:
                await panel.build()
            self._panel = panel
        except Refused as refusal:
            self._empty(refusal.message)

    def _empty(self, words: str) -> None:
        self._panel = None
        self._case.clear()
        self._split.classes(remove="has-case")
        with self._case, ui.element("div").classes("nothing"):
            ui.label(words)

    async def _take(self) -> None:
        if self._panel is not None:
            await polite(self._panel.take)()

    async def _find(self, text: str) -> None:
        """Any number I may see, also a closed one."""
        actor, now = actor_of(who()), self._desk.clock()
        found = await self._desk.store.read(
            lambda tx: rows_of(
                tx,
                self._desk,
                actor,
                casework.by_number_end(tx, text, seat_id=actor.seat_id, units=actor.units),
                now=now,
            )
        )
        if not found:
            raise Refused(404, "没有这个编号，或者不归您处理")
        ui.navigate.history.push(found[0].href)
        await self._open(found[0].id)
