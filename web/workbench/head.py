"""The head of a case: number, state, limits, and the buttons this person may press in this state."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from tickets import casework as work
from tickets.actor import Actor
from web import words
from web.auth.permissions import may, who
from web.desk import actor_of
from web.parts.controls import button, said
from web.times import whole
from web.workbench import actions
from web.workbench.actions import Hands
from web.workbench.forgetting import forget_dialog
from web.workbench.rows import topic_name, unit_name
from web.workbench.view import CaseView

Act = Callable[[], None] | Callable[[], Awaitable[None]]


class Head:
    """Dialogs are made here once; the buttons follow the state."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._shown: tuple[object, ...] = ()
        self._place = ui.element("div").classes("case-head")
        service, ticket_id = hands.desk.service, hands.ticket_id
        self._transfer = actions.transfer_dialog(hands)
        self._topic = actions.topic_dialog(hands, lambda: None)
        self._close = actions.close_dialog(hands)
        self._danger = actions.danger_dialog(hands)
        self._hide = actions.hide_dialog(hands)
        self._forget = forget_dialog(hands)
        self._note = actions.words_dialog(
            hands,
            "备注",
            "只有工作人员看得到。",
            "备注",
            "ticket.note",
            lambda tx, actor, now, text: work.note(tx, actor, ticket_id, text, now=now),
            "已记下",
        )
        self._called = actions.words_dialog(
            hands,
            "电话或当面已答复",
            "写下和她说了什么；首次答复的时钟到此为止。",
            "说了什么",
            "ticket.reply",
            lambda tx, actor, now, text: work.called(service, tx, actor, ticket_id, text, now=now),
            "已记下",
        )
        self._back = actions.words_dialog(
            hands,
            "退单",
            "退回转来的单位，由原来的人继续办。",
            "为什么退回",
            "ticket.return",
            lambda tx, actor, now, text: work.send_back(tx, actor, ticket_id, reason=text, now=now),
            "已退回",
        )
        self._again = actions.words_dialog(
            hands,
            "重办",
            "编号不变，时限从现在重新算。",
            "为什么重办",
            "ticket.reopen",
            lambda tx, actor, now, text: work.reopen(service, tx, actor, ticket_id, reason=text, now=now),
            "已重办",
        )
        self._followed = actions.words_dialog(
            hands,
            "回访",
            "回访时她说了什么，事情解决了没有。",
            "回访记录",
            "ticket.note",
            lambda tx, actor, now, text: work.follow_up(tx, actor, ticket_id, text, now=now),
            "已记下回访",
        )

    def show(self, view: CaseView) -> None:
        ticket = view.ticket
        shown = (ticket, view.due, view.held_by, view.names.get(ticket.owner or 0))
        if shown == self._shown:
            return
        self._shown = shown
        self._place.clear()
        with self._place:
            self._title(view)
            with ui.element("div").classes("acts").props('role="toolbar" aria-label="操作"'):
                self._buttons(view, actor_of(who()))

    def _title(self, view: CaseView) -> None:
        desk, ticket = self._hands.desk, view.ticket
        with ui.element("div").classes("case-title"):
            ui.link("‹ 列表", "/desk").classes("back")
            ui.label(topic_name(desk, ticket.topic)).classes("case-topic")
            if ticket.demo:
                ui.label("示例").classes("tag")
            if ticket.priority == "green":
                ui.label(words.PRIORITIES["green"]).classes("tag tag-green")
            ui.label(ticket.number).classes("number")
            ui.label(unit_name(desk, ticket.unit)).classes("soft")
            ui.label(_state(view)).classes("soft")
            ui.element("span").classes("grow")
            due = ui.label(view.due.words).classes("due")
            due.props["title"] = view.due.whole or whole(ticket.created_at)
            if view.due.near:
                due.classes("near")

    def _buttons(self, view: CaseView, actor: Actor) -> None:
        ticket = view.ticket
        if not work.may_work(actor, ticket):
            button("备注…", "ticket.note", self._note)
            return
        if ticket.closed_at is not None:
            button("重办…", "ticket.reopen", self._again, "main")
            button("备注…", "ticket.note", self._note)
            return
        if ticket.state in work.OFFERED or ticket.owner is None:
            button("签收", "ticket.take", self._take, "main").props('title="快捷键 T"')
        elif ticket.owner != actor.seat_id:
            button("接过来办", "ticket.take", self._take)
        if ticket.state == "waiting":
            button("继续办理", "ticket.reply", self._resume)
        if ticket.state == "assigned":
            button("退单…", "ticket.return", self._back)
        if work.reachable(ticket, "assigned", actor.role, {"unit", "reason"}):
            button("转办…", "ticket.transfer", self._transfer)
        button("改事项…", "ticket.topic", self._topic)
        button("备注…", "ticket.note", self._note)
        button("办结…", "ticket.close", self._close)
        self._more(view)

    def _more(self, view: CaseView) -> None:
        with (
            ui.button("更多", color=None).props("unelevated no-caps").classes("btn btn-plain"),
            ui.menu().classes("more"),
        ):
            if view.conversation is not None:
                button("电话或当面已答复…", "ticket.reply", self._called, "item")
                if view.held_by is None:
                    button("由我和她说（机器人静默）", "ticket.reply", self._hold, "item")
                else:
                    button("交还机器人", "ticket.reply", self._release, "item")
            button("危险判断…", "ticket.note", self._danger, "item")
            if view.ticket.state == "answered":
                button("回访…", "ticket.note", self._followed, "item")
            if may(who(), "ticket.seal"):
                button("回避…", "ticket.seal", self._hide, "item")
            if not view.gone and may(who(), "ticket.erase"):
                button("按她的要求删除记录…", "ticket.erase", self._forget, "item")

    async def _take(self) -> None:
        await self._hands.do(lambda tx, actor, now: work.accept(tx, actor, self._hands.ticket_id, now=now))
        said("已签收，在您手上了")

    async def _resume(self) -> None:
        service = self._hands.desk.service
        await self._hands.do(lambda tx, actor, now: work.resume(service, tx, actor, self._hands.ticket_id, now=now))

    async def _hold(self) -> None:
        hours = self._hands.desk.service.hold_hours
        ticket_id = self._hands.ticket_id
        await self._hands.do(lambda tx, actor, now: work.hold(tx, actor, ticket_id, now=now, hours=hours))
        said(f"{hours} 小时内机器人不插话，有危险除外")

    async def _release(self) -> None:
        service = self._hands.desk.service
        await self._hands.do(lambda tx, actor, now: work.release(service, tx, actor, self._hands.ticket_id, now=now))
        said("已交还机器人")


def _state(view: CaseView) -> str:
    ticket = view.ticket
    state = words.STATES.get(ticket.state, ticket.state)
    if ticket.outcome:
        return f"{state} · {words.OUTCOMES.get(ticket.outcome, '')}"
    owner = view.names.get(ticket.owner or 0, "未签收")
    held = " · 机器人静默" if view.held_by is not None else ""
    return f"{state} · {owner}{held}"
