"""/desk/new: a call or a visit becomes a ticket; her three words are read out to her."""

from nicegui import ui

from tickets import casework as work
from tickets.errors import Refused
from tickets.service import Opened
from web import words
from web.auth.permissions import page, who
from web.desk import Desk, actor_of
from web.parts.controls import button, choice, field, line
from web.parts.shell import OPTIONS, shell
from web.workbench.actions import dangers_of, topics_of
from web.workbench.rows import unit_name

ASK_FIRST = "先听她说。安不安全放在最前面问；姓名、证件、电话都可以不留。"


def register_taking_in(desk: Desk) -> None:
    @page("/desk/new", "ticket.create", **OPTIONS)
    async def new() -> None:
        async with shell(desk, "/desk/new"):
            with ui.element("div").classes("sheet-scroll"):
                TakingIn(desk).build()


class TakingIn:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def build(self) -> None:
        self._sheet = ui.element("div").classes("sheet")
        with self._sheet:
            ui.label("来电来访登记").classes("sheet-heading")
            ui.label(ASK_FIRST).classes("hint")
            with ui.element("div").classes("form"):
                self._fields()
            with ui.element("div").classes("form-actions"):
                button("登记，由我来办", "ticket.create", self._save, "main")
                ui.label("登记后会给她三个词，请念给她听。").classes("hint")

    def _fields(self) -> None:
        desk = self._desk
        units = {key: unit_name(desk, key) for key in desk.org.units}
        self._source = choice("来源", {key: words.SOURCES[key] for key in work.SOURCES}, value="phone")
        self._topic = choice("事项", topics_of(desk), search=True)
        self._what = field("她说的事", "尽量用她的原话", rows=4).classes("wide")
        self._where = line("在哪里", "街道、小区或村")
        self._unit = choice("单位", units, value=who().unit, search=True)
        self._name = line("称呼", "可不留，也可以用化名")
        self._contact = line("联系方式", "可不留")
        self._safe = line("怎样联系才安全", "例如：只在工作日白天打，别发短信").classes("wide")
        self._level = choice("危险级别", dict(words.LEVELS), value="none")
        self._kind = choice("危险类别", dangers_of(desk), search=True)

    async def _save(self) -> None:
        desk, actor, now = self._desk, actor_of(who()), self._desk.clock()
        level = str(self._level.value or "none")
        facts = {
            "what": str(self._what.value or ""),
            "where": str(self._where.value or ""),
            "name": str(self._name.value or ""),
            "contact": str(self._contact.value or ""),
            "safe": str(self._safe.value or ""),
        }
        if not self._topic.value:
            raise Refused(422, "请选择事项；拿不准就选最接近的，以后可以改")
        opened = await desk.store.unit(
            lambda tx: work.open_by_staff(
                desk.service,
                tx,
                actor,
                source=str(self._source.value or "phone"),
                topic=str(self._topic.value),
                unit=str(self._unit.value) if self._unit.value else None,
                facts=facts,
                danger_kind=str(self._kind.value) if self._kind.value else None,
                danger_level=None if level == "none" else level,
                now=now,
            )
        )
        self._done(opened)

    def _done(self, opened: Opened) -> None:
        """The words stand here alone: nothing of the form stays on the screen."""
        self._sheet.clear()
        with self._sheet:
            ui.label(f"已登记 {opened.ticket.number}").classes("sheet-heading")
            ui.label("请把这三个词念给她听，以后凭它在网页上看回复、补充情况：")
            ui.label(opened.code).classes("words-code")
            ui.label("编号是内部用的，不用告诉她。").classes("hint")
            with ui.element("div").classes("form-actions"):
                ui.link("打开工单", f"/desk/ticket/{opened.ticket.id}").classes("btn btn-main")
                ui.link("再登记一件", "/desk/new").classes("btn")
