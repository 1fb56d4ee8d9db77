"""/desk/callbacks: 待回拨, the earliest first; a number behind a reason, an outcome for every call."""

from collections.abc import Callable

from nicegui import ui

from store import callbacks
from store.callbacks import Callback
from tickets import callbacks as work
from tickets.actor import Actor
from tickets.errors import Refused
from web.auth.permissions import on, page, who
from web.desk import Desk, actor_of
from web.parts.controls import Asking, button, choice, field, said
from web.parts.shell import OPTIONS, shell
from web.times import short, whole
from web.workbench.rows import unit_name

WHY = {
    "asked": "她要求回电",
    "undelivered": "回复没送到",
    "missed_call": "未接来电",
    "slot_cancelled": "预约取消，要告诉她",
    "staff": "同事安排",
}
OUTCOMES = {"reached": "打通了，是她本人", "not_reached": "没人接", "wrong_person": "不是本人"}
RULES = "接电话的不是她本人：只说打错了，不说是谁、为什么打，不留话。"
EMPTY = "没有要回的电话。"


def register_callbacks(desk: Desk) -> None:
    @page("/desk/callbacks", "callback.work", **OPTIONS)
    async def calls() -> None:
        async with shell(desk, "/desk/callbacks") as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Calls(desk)
                await sheet.build()
            news.follow({"callbacks", "tickets"}, sheet.refresh)


class Calls:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._chosen: Callback | None = None

    @property
    def _actor(self) -> Actor:
        return actor_of(who())

    async def build(self) -> None:
        self._number = self._number_dialog()
        self._outcome = self._outcome_dialog()
        self._ending = self._ending_dialog()
        with ui.element("div").classes("sheet"):
            ui.label("待回拨").classes("sheet-heading")
            ui.label(RULES).classes("hint")
            self._body = ui.element("div")
        await self.refresh()

    async def refresh(self) -> None:
        actor, now = self._actor, self._desk.clock()
        found = await self._desk.store.read(lambda tx: callbacks.queue(tx, seat_id=actor.seat_id, units=actor.units))
        self._body.clear()
        with self._body:
            if not found:
                ui.label(EMPTY).classes("hint")
                return
            with ui.element("table").classes("table"), ui.element("tbody"):
                for one, number, unit in found:
                    self._row(one, number, unit, now)

    def _row(self, one: Callback, number: str, unit: str, now: int) -> None:
        with ui.element("tr"):
            with ui.element("td"):
                late = one.due_at < now
                due = ui.label(f"{'已过 ' if late else ''}{short(one.due_at, now)}").classes("near" if late else "")
                due.props["title"] = whole(one.due_at)
            with ui.element("td"):
                ui.link(number, f"/desk/ticket/{one.ticket_id}").classes("other")
                ui.label(f"{unit_name(self._desk, unit)} · {WHY.get(one.why, one.why)}").classes("hint")
            with ui.element("td"):
                ui.label(one.masked or "没有号码")
                ui.label("可以说是谁" if one.named else "别说是谁").classes("hint")
            with ui.element("td"):
                ui.label(one.safe_words or "没说什么时候方便")
                ui.label(f"已打 {one.attempts} 次" if one.attempts else "还没打过").classes("hint")
            with ui.element("td"):
                if one.masked is not None:
                    button("看号码…", "callback.work", self._open(one, self._number), "quiet")
                button("记结果…", "callback.work", self._open(one, self._outcome), "main")
                button("不再打…", "callback.work", self._open(one, self._ending), "quiet")

    def _open(self, one: Callback, dialog: Asking) -> Callable[[], None]:
        def opened() -> None:
            self._chosen = one
            dialog.open()

        return opened

    def _number_dialog(self) -> Asking:
        asking = Asking("看号码", "先写原因。原因和您的姓名会记下来，负责人看得到。")
        with asking:
            why = field("原因", "例如：现在回拨", rows=1)
            shown = ui.label("").classes("words-code")

            async def reveal() -> None:
                shown.text = ""
                one, now = self._one(), self._desk.clock()
                found = await work.reveal(self._desk.store, self._actor, one.id, reason=str(why.value or ""), now=now)
                shown.text = found or "没有号码"

            with ui.element("div").classes("ask-actions"):
                button("关闭", "desk.open", asking.dialog.close, "quiet")
                button("记下原因并查看", "callback.work", reveal, "main")

            def forget() -> None:
                shown.text = ""
                why.value = ""

            asking.dialog.on("hide", on("desk.open", forget))
        return asking

    def _outcome_dialog(self) -> Asking:
        asking = Asking("这次回拨的结果", RULES)
        with asking:
            outcome = choice("结果", OUTCOMES, value="reached")
            note = field("说了什么", "打通了必填", rows=2)

            async def do() -> None:
                one, actor, now = self._one(), self._actor, self._desk.clock()
                words, what = str(note.value or ""), str(outcome.value or "")
                service = self._desk.service
                await self._desk.store.unit(
                    lambda tx: work.settle(service, tx, actor, one.id, outcome=what, note=words, now=now)
                )
                note.value = ""
                await self.refresh()
                said("已记下")

            asking.actions("记下", "callback.work", do)
        return asking

    def _ending_dialog(self) -> Asking:
        asking = Asking("不再打这个电话")
        with asking:
            why = field("原因", "例如：她在网页上回复了", rows=1)

            async def do() -> None:
                one, actor, now = self._one(), self._actor, self._desk.clock()
                words = str(why.value or "")
                await self._desk.store.unit(lambda tx: work.give_up(tx, actor, one.id, reason=words, now=now))
                why.value = ""
                await self.refresh()
                said("已记下")

            asking.actions("不再打", "callback.work", do)
        return asking

    def _one(self) -> Callback:
        if self._chosen is None:
            raise Refused(422, "请先选一个电话")
        return self._chosen
