"""Which Chinese days are worked, and how service time runs over them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from chinese_calendar.constants import holidays, workdays

from tickets.catalogue import ServiceHours

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991
SECOND = 1_000_000
DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = min(holidays).year, max(holidays).year
HORIZON = 3 * 366  # days to look ahead; a calendar without a working day in three years is a mistake


class NoWorkingDay(ValueError):
    """The corrected calendar holds no working day for years."""


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at / SECOND, BEIJING)


def micros(day: date, moment: time) -> int:
    return int(datetime.combine(day, moment, BEIJING).timestamp()) * SECOND


@dataclass(frozen=True, slots=True)
class Workdays:
    """`corrections`: day (YYYY-MM-DD, Beijing) -> worked; they win over the published calendar."""

    hours: ServiceHours
    corrections: Mapping[str, bool]

    def known(self, day: date) -> bool:
        return FIRST_YEAR <= day.year <= LAST_YEAR or day.isoformat() in self.corrections

    def works(self, day: date) -> bool:
        corrected = self.corrections.get(day.isoformat())
        if corrected is not None:
            return corrected
        if self.known(day):  # the package's own is_workday searches its whole table for the last year, each time
            return bool(day in workdays or (day.weekday() < 5 and day not in holidays))
        return day.weekday() < 5 and (day.month, day.day) != (1, 1)

    def after(self, day: date, count: int) -> date:
        """The count-th working day after `day`."""
        for ahead in range(1, HORIZON):
            candidate = day + ahead * DAY
            count -= self.works(candidate)
            if count <= 0:
                return candidate
        raise NoWorkingDay(day.isoformat())

    def shifts(self, day: date) -> list[tuple[int, int]]:
        if not self.works(day):
            return []
        return [(micros(day, start), micros(day, end)) for start, end in self.hours.shifts]

    def close(self, day: date) -> int:
        return micros(day, self.hours.shifts[-1][1])

    def midday(self, day: date) -> int:
        """Half a working day: the end of the middle shift, the middle of a single one."""
        shifts = self.hours.shifts
        start, end = (micros(day, moment) for moment in shifts[(len(shifts) - 1) // 2])
        return end if len(shifts) > 1 else (start + end) // 2

    def day_length(self) -> int:
        today = date(2026, 1, 5)
        return sum(micros(today, end) - micros(today, start) for start, end in self.hours.shifts)

    def from_(self, at: int) -> Iterator[tuple[int, int]]:
        """Service time from `at` on, shift by shift; the first may be the rest of one."""
        day = local(at).date()
        for ahead in range(HORIZON):
            for start, end in self.shifts(day + ahead * DAY):
                if end > at:
                    yield max(start, at), end
        raise NoWorkingDay(day.isoformat())

    def opening(self, at: int) -> int:
        """When the service is open, at `at` or next."""
        return next(self.from_(at))[0]

    def add(self, at: int, span: int) -> int:
        """The moment after `span` of service time."""
        for start, end in self.from_(at):
            if start + span <= end:
                return start + span
            span -= end - start
        raise NoWorkingDay(local(at).date().isoformat())

    def between(self, start: int, end: int) -> int:
        """Service time from start to end, never negative."""
        total, day = 0, local(start).date()
        while day <= local(end).date():
            total += sum(max(0, min(late, end) - max(early, start)) for early, late in self.shifts(day))
            day += DAY
        return total

    def count(self, first: date, last: date) -> int:
        """Working days after `first`, up to and with `last`."""
        return sum(self.works(first + ahead * DAY) for ahead in range(1, (last - first).days + 1))

    def guessed(self, start: int, end: int) -> bool:
        """Whether a day in between is of a year whose calendar is not published yet."""
        first, last = local(start).date(), local(end).date()
        return any(not self.known(first + ahead * DAY) for ahead in range((last - first).days + 1))
