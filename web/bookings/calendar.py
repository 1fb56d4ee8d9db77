"""/desk/bookings: reception days by day; make a series, call one off, note who came, book for a caller."""

from collections.abc import Callable
from datetime import date

from nicegui import ui

from store.bookings import Listed, Slot
from tickets.actor import Actor
from tickets.booking import calendar as work
from tickets.errors import Refused
from tickets.receptions import load_catalogue
from tickets.workdays import local
from web.auth.permissions import page, who
from web.bookings.read import Day, SlotView, read_days, room, span, standing
from web.bookings.series import series_dialog
from web.desk import Desk, actor_of
from web.parts.controls import Asking, button, line, said
from web.parts.shell import OPTIONS, shell
from web.workbench.rows import unit_name

HINT = "来访者只能约这里有空位的时段。取消时段，约好的人都会收到告知和别的时间。"
EMPTY = "这几周还没有时段。点“建一批时段”，来访者才能自己约。"


def register_bookings(desk: Desk) -> None:
    @page("/desk/bookings", "booking.read", **OPTIONS)
    async def bookings() -> None:
        async with shell(desk, "/desk/bookings") as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Calendar(desk)
                await sheet.build()
            news.follow({"bookings", "tickets"}, sheet.refresh)


class Calendar:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._first: date = local(desk.clock()).date()
        self._slot: Slot | None = None

    @property
    def _actor(self) -> Actor:
        return actor_of(who())

    async def build(self) -> None:
        make = series_dialog(self._desk, self._first, self.refresh)
        self._calling_off = self._call_off_dialog()
        self._booking = self._booking_dialog()
        with ui.element("div").classes("sheet"):
            ui.label("预约").classes("sheet-heading")
            ui.label(HINT).classes("hint")
            with ui.element("div").classes("form"):
                self._from = line("从哪天看起", value=self._first.isoformat()).props("type=date stack-label")
            with ui.element("div").classes("form-actions"):
                button("看", "booking.read", self._change, "plain")
                button("建一批时段…", "booking.edit", make, "main")
            self._body = ui.element("div")
        await self.refresh()

    async def refresh(self) -> None:
        actor, first = self._actor, self._first
        days = await self._desk.store.read(lambda tx: read_days(tx, actor, first))
        self._body.clear()
        with self._body:
            if not days:
                ui.label(EMPTY).classes("hint")
            for day in days:
                self._day(day)

    async def _change(self) -> None:
        try:
            self._first = date.fromisoformat(str(self._from.value or ""))
        except ValueError as error:
            raise Refused(422, "日期请写成 2026-11-25") from error
        await self.refresh()

    def _day(self, day: Day) -> None:
        ui.label(day.words).classes("card-heading")
        with ui.element("table").classes("table"), ui.element("tbody"):
            for view in day.slots:
                self._row(view)

    def _row(self, view: SlotView) -> None:
        slot = view.slot
        kind = load_catalogue(self._desk.org.name).kinds.get(slot.kind)
        with ui.element("tr").classes("off" if slot.cancelled_at is not None else ""):
            texts = (
                span(slot),
                kind.name if kind else slot.kind,
                unit_name(self._desk, slot.unit),
                slot.place,
                room(slot),
            )
            for text in texts:
                _cell(text)
            with ui.element("td"):
                for one in view.booked:
                    self._booked(one, slot)
            with ui.element("td"):
                if slot.cancelled_at is None and slot.start_at > self._desk.clock():
                    button("代约…", "booking.edit", self._open(slot, self._booking), "quiet")
                    button("取消时段…", "booking.edit", self._open(slot, self._calling_off), "quiet")

    def _booked(self, one: Listed, slot: Slot) -> None:
        with ui.element("div").classes("form-actions"):
            if one.ticket_id is None:
                ui.label("须回避")
            else:
                ui.link(str(one.number), f"/desk/ticket/{one.ticket_id}").classes("other")
            ui.label(standing(one)).classes("hint")
            if one.state == "booked" and slot.start_at <= self._desk.clock():
                button("来了", "booking.edit", self._mark(one, attended=True), "quiet")
                button("没来", "booking.edit", self._mark(one, attended=False), "quiet")

    def _mark(self, one: Listed, *, attended: bool) -> Callable[[], object]:
        async def mark() -> None:
            actor, now = self._actor, self._desk.clock()
            service = self._desk.service
            await self._desk.store.unit(lambda tx: work.mark(service, tx, actor, one.id, attended=attended, now=now))
            await self.refresh()
            said("已记下")

        return mark

    def _open(self, slot: Slot, dialog: Asking) -> Callable[[], None]:
        def opened() -> None:
            self._slot = slot
            dialog.open()

        return opened

    def _call_off_dialog(self) -> Asking:
        asking = Asking("取消这个时段", "约好的人会收到告知和别的时间；没有对话的，会生成一次回拨。")
        with asking:

            async def do() -> None:
                slot, actor, now = self._chosen(), self._actor, self._desk.clock()
                service = self._desk.service
                told = await self._desk.store.unit(lambda tx: work.call_off(service, tx, actor, slot.id, now=now))
                await self.refresh()
                said(f"已取消，告知 {told} 人")

            asking.actions("取消时段", "booking.edit", do, "danger")
        return asking

    def _booking_dialog(self) -> Asking:
        asking = Asking("代她预约", "写她的工单编号；她来电时先登记。")
        with asking:
            number = line("工单编号", "如 SZ20261123-0007")

            async def do() -> None:
                slot, actor, now = self._chosen(), self._actor, self._desk.clock()
                service, words = self._desk.service, str(number.value or "")
                await self._desk.store.unit(lambda tx: work.book_for(service, tx, actor, slot.id, words, now=now))
                number.value = ""
                await self.refresh()
                said("约好了")

            asking.actions("约", "booking.edit", do)
        return asking

    def _chosen(self) -> Slot:
        if self._slot is None:
            raise Refused(422, "请先选一个时段")
        return self._slot


def _cell(text: str) -> None:
    with ui.element("td"):
        ui.label(text)
