"""Missed and after-hours calls: entered by hand or pasted, each with its limit, taken by one person."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import context, ui

from store import Tx, calls, casework, releases
from store.calls import Call
from tickets import clock, phone
from tickets.actor import Actor
from web.auth.permissions import who
from web.desk import Desk, actor_of
from web.parts.controls import Asking, button, field, said
from web.phone.words import UNCONNECTED
from web.times import short, whole
from web.workbench.rows import unit_name

NONE = "没有要回拨的未接来电。"
NEAR = 3_600_000_000


class Missed:
    def __init__(self, desk: Desk, connected: Callable[[int], Awaitable[None]]) -> None:
        """`connected` is told which call is on the line now."""
        self._desk = desk
        self._client = context.client
        self._connected = connected
        self._numbers: dict[int, str] = {}  # shown to this person, gone when the page is left
        self._shown: object = None
        self._asked = self._known = 0  # readings begun, the newest one that is shown
        self._drop_id = 0

    def build(self) -> None:
        with ui.element("section").classes("missed").props('aria-labelledby="missed-heading"'):
            with ui.element("div").classes("missed-head"):
                ui.label("未接和非服务时间来电").classes("missed-heading").props(
                    'id="missed-heading" role=heading aria-level=2'
                )
                self._hours = ui.label("").classes("hint")
                ui.element("span").classes("grow")
                button("登记、粘贴…", "call.missed", self._entering())
                ui.link("约好的回拨", "/desk/callbacks").classes("btn btn-quiet")
            self._list = ui.element("ul").classes("missed-list")
            ui.label(UNCONNECTED).classes("hint")
            self._drop = self._dropping()

    async def refresh(self) -> None:
        actor, now = self._me(), self._desk.clock()
        self._asked = turn = self._asked + 1
        found, names, corrections = await self._desk.store.read(lambda tx: _read(tx, actor))
        if turn < self._known:  # an older look came back late
            return
        self._known = turn
        self._hours.text = self._open_words(now, corrections)
        lefts = [self._left(one, now, corrections) for one in found]
        shown = (found, lefts, dict(self._numbers), [short(one.missed_at or now, now) for one in found])
        if shown == self._shown:
            return
        self._shown = shown
        self._list.clear()
        with self._client, self._list:
            if not found:
                with ui.element("li").classes("missed-none"):
                    ui.label(NONE)
            for one, left in zip(found, lefts, strict=True):
                self._row(one, left, names, actor, now)

    def _open_words(self, now: int, corrections: dict[str, bool]) -> str:
        opening = clock.next_opening_text(now, hours=self._desk.org.hours, corrections=corrections)
        return "现在是服务时间" if opening == "现在" else f"现在不是服务时间，{opening} 开始"

    def _left(self, one: Call, now: int, corrections: dict[str, bool]) -> str:
        hours = self._desk.org.hours
        return clock.remaining(now, one.due_at or now, natural=one.silent, hours=hours, corrections=corrections)

    def _row(self, one: Call, left: str, names: dict[int, str], actor: Actor, now: int) -> None:
        with ui.element("li").classes("missed-row"):
            with ui.element("div").classes("row-top"):
                number = self._numbers.get(one.id) if one.seat_id == actor.seat_id else None
                ui.label(number or one.masked or "没有号码").classes("row-title number")
                if one.silent:
                    ui.label("沉默来电，可能有危险").classes("tag tag-danger")
                if one.rings > 1:
                    ui.label(f"打了 {one.rings} 次").classes("tag")
                due = ui.label(left).classes("due")
                due.props["title"] = whole(one.due_at or now)
                if (one.due_at or now) - now < NEAR:
                    due.classes("near")
            with ui.element("div").classes("row-low"):
                ui.label(f"{short(one.missed_at or now, now)} 打来")
                ui.label(unit_name(self._desk, one.unit))
                if one.attempts:
                    ui.label(f"回拨过 {one.attempts} 次，没人接")
                if one.seat_id is not None and one.seat_id != actor.seat_id:
                    ui.label(f"{names.get(one.seat_id, '同事')}在回拨")
            if one.silent:
                ui.label("别急着打：对方可能正在旁边。先看看同号有没有再打来，打通了先听，别先说是谁。").classes("hint")
            with ui.element("div").classes("row-acts"):
                self._acts(one, actor)

    def _acts(self, one: Call, actor: Actor) -> None:
        if one.seat_id is None:
            button("我来回拨", "call.missed", partial(self._take, one.id), "main").classes("small")
        elif one.seat_id == actor.seat_id:
            if one.id not in self._numbers and one.masked:
                button("看号码", "call.missed", partial(self._look, one.id)).classes("small")
            button("打通了，开始记", "call.missed", partial(self._connect, one.id), "main").classes("small")
            button("没人接", "call.missed", partial(self._not_reached, one.id)).classes("small")
            button("不再打…", "call.missed", partial(self._ask_drop, one.id)).classes("small")
            button("放回", "call.missed", partial(self._back, one.id), "quiet").classes("small")

    def _entering(self) -> Callable[[], None]:
        hint = "一行一个：号码，前面或后面可以有时间（21:15、11-22 21:15）。同一通不会登记两次。"
        asking = Asking("登记未接来电", hint)
        with asking:
            lines = field("未接的号码", "11-22 21:15 13800000000", rows=4).props("autofocus")

            async def enter() -> None:
                actor, now, service = actor_of(who()), self._desk.clock(), self._desk.service
                text = str(lines.value or "")
                new, read = await self._desk.store.unit(lambda tx: phone.paste(service, tx, actor, text, now=now))
                lines.value = "\n".join(read.unread)
                said(_entered(new, len(read.calls) - new, len(read.unread)))
                await self.refresh()
                if not read.unread:
                    asking.dialog.close()

            with ui.element("div").classes("ask-actions"):
                button("关闭", "call.missed", asking.dialog.close, "quiet")
                button("登记", "call.missed", enter, "main")
        return asking.open

    def _dropping(self) -> Callable[[], None]:
        asking = Asking("不再打", "写明原因，记在您名下。")
        with asking:
            why = field("原因", "例如：号码是空号", rows=1).props("autofocus")

            async def drop() -> None:
                reason = str(why.value or "")
                await self._do(lambda tx, actor, now: phone.drop(tx, actor, self._drop_id, reason=reason, now=now))
                self._numbers.pop(self._drop_id, None)
                why.value = ""

            asking.actions("不再打", "call.missed", drop)
        return asking.open

    def _ask_drop(self, call_id: int) -> None:
        self._drop_id = call_id
        self._drop()

    async def _take(self, call_id: int) -> None:
        await self._do(lambda tx, actor, now: phone.take(tx, actor, call_id, now=now))
        await self._look(call_id)

    async def _look(self, call_id: int) -> None:
        number = await phone.show_number(self._desk.store, self._me(), call_id, now=self._desk.clock())
        if number:
            self._numbers[call_id] = number
        await self.refresh()

    async def _connect(self, call_id: int) -> None:
        await self._do(lambda tx, actor, now: phone.connect(tx, actor, call_id, now=now))
        self._numbers.pop(call_id, None)
        await self._connected(call_id)

    async def _not_reached(self, call_id: int) -> None:
        service = self._desk.service
        await self._do(lambda tx, actor, now: phone.not_reached(service, tx, actor, call_id, now=now))
        self._numbers.pop(call_id, None)

    async def _back(self, call_id: int) -> None:
        await self._do(lambda tx, actor, now: phone.put_back(tx, actor, call_id, now=now))
        self._numbers.pop(call_id, None)

    async def _do(self, step: Callable[[Tx, Actor, int], None]) -> None:
        actor, now = self._me(), self._desk.clock()
        await self._desk.store.unit(lambda tx: step(tx, actor, now))
        await self.refresh()

    def _me(self) -> Actor:
        """By the page, not by the button that was pressed: its row may have been drawn anew meanwhile."""
        with self._client:
            return actor_of(who())


def _read(tx: Tx, actor: Actor) -> tuple[list[Call], dict[int, str], dict[str, bool]]:
    found = calls.waiting(tx, seat_id=actor.seat_id, units=actor.units)
    return found, casework.names(tx), releases.calendar_corrections(tx)


def _entered(new: int, known: int, unread: int) -> str:
    parts = [f"登记了 {new} 条"]
    if known:
        parts.append(f"{known} 条已经在列表里")
    if unread:
        parts.append(f"{unread} 行没看懂，留在框里")
    return "，".join(parts)
