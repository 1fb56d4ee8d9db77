"""The bar on top of every page while an alarm rings; one key takes it, the others see who did."""

from typing import Any, Final

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from store import Tx, casework
from store.rows import Alarm
from tickets.errors import Refused
from web import words
from web.auth.permissions import on, who
from web.auth.roles import Who, may
from web.desk import Desk
from web.parts.controls import polite, said
from web.times import short

SHOWN_AFTER: Final = 90 * 1_000_000  # how long the others see who took it
TEST: Final = "演练"


class AlarmBar(Element, component="alarm_bar.js"):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._props |= {"alarms": [], "watching": may(who(), "alarm.take")}
        self.on("take", on("alarm.take", polite(self._take)))

    async def refresh(self) -> None:
        person = who()
        if not may(person, "alarm.take"):
            return
        now = self._desk.clock()
        found = await self._desk.store.read(lambda tx: self._read(tx, person, now))
        if found != self._props["alarms"]:
            self._props["alarms"] = found
            self.update()

    def _read(self, tx: Tx, person: Who, now: int) -> list[dict[str, Any]]:
        since = now - SHOWN_AFTER
        bells = casework.bells(tx, seat_id=person.seat_id, units=person.units, since=since)
        names = casework.names(tx) if bells else {}
        return [self._one(alarm, person, names, now) for alarm in bells]

    def _one(self, alarm: Alarm, person: Who, names: dict[int, str], now: int) -> dict[str, Any]:
        by = names.get(alarm.taken_by or 0, "")
        if alarm.taken_at is not None:
            text = f"{'您' if alarm.taken_by == person.seat_id else by}已接手（{short(alarm.taken_at, now)}）"
        elif person.seat_id in alarm.rung:
            text = "正在呼叫您"
        else:
            text = f"正在呼叫{'、'.join(names.get(seat, '') for seat in alarm.rung) or '值班人员'}"
        return {
            "id": alarm.id,
            "number": alarm.number,
            "level": "示例告警" if alarm.demo else words.LEVELS.get(alarm.level, TEST),
            "words": f"{text} · {short(alarm.raised_at, now)}",
            "mine": person.seat_id in alarm.rung and not alarm.demo,
            "taken": alarm.taken_at is not None,
        }

    async def _take(self, event: GenericEventArguments) -> None:
        person, now = who(), self._desk.clock()
        wanted = int(event.args.get("id", 0)) if isinstance(event.args, dict) else 0
        alarm = await self._desk.store.unit(lambda tx: self._taken(tx, wanted, person, now))
        if alarm.ticket_id is None:
            said("演练告警已接手")
        elif self.client.request.url.path != f"/desk/ticket/{alarm.ticket_id}":
            ui.navigate.to(f"/desk/ticket/{alarm.ticket_id}")

    def _taken(self, tx: Tx, alarm_id: int, person: Who, now: int) -> Alarm:
        bells = casework.bells(tx, seat_id=person.seat_id, units=person.units, since=now - SHOWN_AFTER)
        alarm = next((one for one in bells if one.id == alarm_id), None)
        if alarm is None:
            raise Refused(404, "没有这个告警")
        if not self._desk.service.take_alarm(tx, alarm_id, seat_id=person.seat_id, now=now):
            name = casework.names(tx).get(alarm.taken_by or 0, "别人")
            raise Refused(409, f"{name}已经接手了")
        return alarm
