"""A series of slots: every Wednesday from nine to eleven, half an hour each, for six weeks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from tickets.catalogue import ServiceHours
from tickets.errors import Refused
from tickets.workdays import Workdays, micros

LONGEST_DAYS = 370
MOST = 400  # slots at once
MOST_PEOPLE = 200
SATURDAY = 5
MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class Series:
    weekday: int  # 0 = Monday
    first: date
    last: date
    start: time
    end: time
    minutes: int  # of one slot; 0 = the whole span is one
    capacity: int  # people a slot

    def check(self, today: date) -> None:
        """Refused in words for staff."""
        if not 0 <= self.weekday <= 6:
            raise Refused(422, "请选择星期几")
        if self.first < today or self.last < self.first or (self.last - self.first).days > LONGEST_DAYS:
            raise Refused(422, "日期要从今天起，先后不颠倒，最长一年")
        if self.end <= self.start:
            raise Refused(422, "结束时间要晚于开始时间")
        if self.minutes < 0 or (self.minutes and self.minutes > _minutes(self.start, self.end)):
            raise Refused(422, "每段分钟数比这段时间还长")
        if not 1 <= self.capacity <= MOST_PEOPLE:
            raise Refused(422, f"每段人数在 1 到 {MOST_PEOPLE} 之间")


def spans(series: Series, *, hours: ServiceHours, corrections: Mapping[str, bool], now: int) -> list[tuple[int, int]]:
    """(start, end) of every slot; holidays in the middle of the week are left out, a weekend is what staff meant."""
    days = Workdays(hours, corrections)
    kept = (day for day in _days(series) if series.weekday >= SATURDAY or days.works(day))
    found = [span for day in kept for span in _of_day(series, day) if span[0] > now]
    if not found:
        raise Refused(422, "这段日期里没有可建的时段")
    if len(found) > MOST:
        raise Refused(422, f"一次最多建 {MOST} 段，请分几次")
    return found


def _days(series: Series) -> Iterator[date]:
    ahead = (series.weekday - series.first.weekday()) % 7
    day = series.first + timedelta(days=ahead)
    while day <= series.last:
        yield day
        day += timedelta(days=7)


def _of_day(series: Series, day: date) -> Iterator[tuple[int, int]]:
    start, end = micros(day, series.start), micros(day, series.end)
    step = series.minutes * MINUTE or end - start
    while start + step <= end:
        yield start, start + step
        start += step


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute
