"""The dialog that makes a series of slots: weekday, from and to, how long each, how many people."""

from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta

from tickets.booking import calendar as work
from tickets.booking.series import Series
from tickets.booking.words import WEEKDAYS
from tickets.errors import Refused
from tickets.receptions import load_catalogue
from web.auth.permissions import who
from web.auth.roles import Who
from web.desk import Desk, actor_of
from web.parts.controls import Asking, choice, line, said

WEEKS = 4


def units_of(desk: Desk, person: Who) -> dict[str, str]:
    return {key: unit.name for key, unit in desk.org.units.items() if person.units is None or key in person.units}


def series_dialog(desk: Desk, today: date, refresh: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    units, kinds = units_of(desk, who()), load_catalogue(desk.org.name).kinds
    asking = Asking("建一批时段", "法定节假日会自动跳过。地点会原样告诉来访者。")
    with asking:
        kind = choice("项目", {key: one.name for key, one in kinds.items()}, value=next(iter(kinds)))
        unit = choice("单位", units, value=next(iter(units), None))
        weekday = choice("星期", {str(day): f"周{name}" for day, name in enumerate(WEEKDAYS)}, value="0")
        first = line("从哪天起", value=today.isoformat()).props("type=date stack-label")
        last = line("到哪天止", value=(today + timedelta(weeks=WEEKS)).isoformat()).props("type=date stack-label")
        start, end = line("开始", "09:00", value="09:00"), line("结束", "11:00", value="11:00")
        minutes = line("每段多少分钟", "不填就是一整段")
        capacity = line("每段几个人", value="1")
        place = line("地点", "几楼哪个房间，她要照着找")
        note = line("备注", "例如：请带身份证")

        async def do() -> None:
            made = Series(
                weekday=int(str(weekday.value or 0)),
                first=_day(first.value),
                last=_day(last.value),
                start=_moment(start.value),
                end=_moment(end.value),
                minutes=_number(minutes.value, 0),
                capacity=_number(capacity.value, 1),
            )
            actor, now = actor_of(who()), desk.clock()
            where, words = str(place.value or ""), str(note.value or "")
            count = await desk.store.unit(
                lambda tx: work.create_series(
                    desk.service,
                    tx,
                    actor,
                    made,
                    unit=str(unit.value or ""),
                    kind=str(kind.value or ""),
                    place=where,
                    note=words,
                    now=now,
                )
            )
            await refresh()
            said(f"建了 {count} 段")

        asking.actions("建", "booking.edit", do)
    return asking.open


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError as error:
        raise Refused(422, "日期请写成 2026-11-25") from error


def _moment(value: object) -> time:
    try:
        return time.fromisoformat(str(value or "").strip().zfill(5))
    except ValueError as error:
        raise Refused(422, "时间请写成 09:00") from error


def _number(value: object, otherwise: int) -> int:
    words = str(value or "").strip()
    if not words:
        return otherwise
    if not words.isdecimal():
        raise Refused(422, "分钟数和人数请写数字")
    return int(words)
