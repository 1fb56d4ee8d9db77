"""Deadlines over holidays, worked weekends, lunch breaks, nights and years nobody has published yet."""

import importlib
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tickets import clock, workdays
from tickets.catalogue import ServiceHours
from tickets.workdays import BEIJING, NoWorkingDay

HOURS = ServiceHours(((time(9), time(12)), (time(13, 30), time(17))))
ONE = ServiceHours(((time(8), time(20)),))
THREE = ServiceHours(((time(8), time(11)), (time(12), time(15)), (time(16), time(19))))
NONE: Mapping[str, bool] = {}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()) * 1_000_000


def show(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1_000_000, BEIJING).strftime("%Y-%m-%d %H:%M")


def due(
    start: str,
    limit: str,
    *,
    natural: bool = False,
    half: bool = False,
    hours: ServiceHours = HOURS,
    corrections: Mapping[str, bool] = NONE,
) -> clock.Deadline:
    return clock.deadline(at(start), limit, natural=natural, hours=hours, corrections=corrections, half=half)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        # days: end of business of the n-th working day after the day of start
        ("2026-11-23 10:00", "1d", "2026-11-24 17:00"),
        ("2026-11-23 10:00", "5d", "2026-11-30 17:00"),
        ("2026-11-23 07:00", "1d", "2026-11-24 17:00"),  # before opening: counts from today's opening
        ("2026-11-23 12:30", "1d", "2026-11-24 17:00"),  # lunch
        ("2026-11-23 17:00", "1d", "2026-11-25 17:00"),  # closed: starts tomorrow
        ("2026-11-23 16:59", "1d", "2026-11-24 17:00"),
        ("2026-11-21 10:00", "1d", "2026-11-24 17:00"),  # Saturday: starts on Monday
        ("2026-11-20 18:00", "1d", "2026-11-24 17:00"),
        # National Day: 1-7 October off, Saturday the 10th worked
        ("2026-09-30 10:00", "1d", "2026-10-08 17:00"),
        ("2026-09-30 10:00", "3d", "2026-10-10 17:00"),
        ("2026-10-09 18:00", "1d", "2026-10-12 17:00"),  # starts on the worked Saturday
        ("2026-10-03 10:00", "1d", "2026-10-09 17:00"),
        # Spring Festival: Saturdays 14 and 28 February worked, 15-23 off
        ("2026-02-13 10:00", "1d", "2026-02-14 17:00"),
        ("2026-02-13 10:00", "2d", "2026-02-24 17:00"),
        ("2026-02-27 10:00", "1d", "2026-02-28 17:00"),
        ("2026-09-18 10:00", "1d", "2026-09-20 17:00"),  # a worked Sunday
        # hours: service time only
        ("2026-11-23 10:00", "2h", "2026-11-23 12:00"),
        ("2026-11-23 11:00", "2h", "2026-11-23 14:30"),
        ("2026-11-23 12:00", "2h", "2026-11-23 15:30"),
        ("2026-11-23 16:00", "2h", "2026-11-24 10:00"),
        ("2026-11-23 16:00", "4h", "2026-11-24 12:00"),
        ("2026-11-20 16:30", "2h", "2026-11-23 10:30"),
        ("2026-11-22 03:00", "2h", "2026-11-23 11:00"),
        # minutes: natural, at night and on holidays
        ("2026-11-22 03:00", "5min", "2026-11-22 03:05"),
        ("2026-10-01 23:58", "15min", "2026-10-02 00:13"),
    ],
)
def test_deadlines(start: str, limit: str, end: str) -> None:
    found = due(start, limit)
    assert (show(found.at), found.note) == (end, None)


@pytest.mark.parametrize(
    ("limit", "half", "end"),
    [("2h", False, "2026-10-02 05:00"), ("2h", True, "2026-10-02 04:00"), ("1d", False, "2026-10-03 03:00")],
)
def test_natural_time_never_waits(limit: str, half: bool, end: str) -> None:
    assert show(due("2026-10-02 03:00", limit, natural=True, half=half).at) == end


@pytest.mark.parametrize(
    ("start", "limit", "hours", "end"),
    [
        ("2026-11-23 10:00", "1d", HOURS, "2026-11-24 12:00"),
        ("2026-11-23 10:00", "2d", HOURS, "2026-11-24 17:00"),
        ("2026-11-23 10:00", "5d", HOURS, "2026-11-26 12:00"),
        ("2026-11-23 10:00", "1d", ONE, "2026-11-24 14:00"),
        ("2026-11-23 10:00", "1d", THREE, "2026-11-24 15:00"),
        ("2026-09-30 10:00", "3d", HOURS, "2026-10-09 12:00"),
        ("2026-11-23 10:00", "2h", HOURS, "2026-11-23 11:00"),
        ("2026-11-23 11:30", "1h", HOURS, "2026-11-23 12:00"),
        ("2026-11-23 10:00", "5min", HOURS, "2026-11-23 10:02"),
    ],
)
def test_green_halves(start: str, limit: str, hours: ServiceHours, end: str) -> None:
    assert show(due(start, limit, half=True, hours=hours).at) == end


@pytest.mark.parametrize(
    ("corrections", "end"),
    [
        ({"2026-11-24": False}, "2026-11-25 17:00"),
        (
            {"2026-11-28": True, "2026-11-24": False, "2026-11-25": False, "2026-11-26": False, "2026-11-27": False},
            "2026-11-28 17:00",
        ),
    ],
)
def test_staff_correct_the_calendar(corrections: dict[str, bool], end: str) -> None:
    assert show(due("2026-11-23 10:00", "1d", corrections=corrections).at) == end


@pytest.mark.parametrize(
    ("start", "limit", "corrections", "end", "note"),
    [
        ("2026-12-30 10:00", "1d", {}, "2026-12-31 17:00", None),
        ("2026-12-31 10:00", "1d", {}, "2027-01-04 17:00", "暂按周末推算"),  # 1 January is a Friday
        ("2026-12-31 16:30", "2h", {}, "2027-01-04 10:30", "暂按周末推算"),
        ("2027-03-01 10:00", "5d", {}, "2027-03-08 17:00", "暂按周末推算"),
        ("2026-12-31 10:00", "1d", {"2027-01-01": False, "2027-01-02": False, "2027-01-03": False, "2027-01-04": True},
         "2027-01-04 17:00", None),
        ("2026-12-31 10:00", "1d", {"2027-01-02": True}, "2027-01-02 17:00", "暂按周末推算"),
    ],
)  # fmt: skip
def test_a_year_not_yet_published_says_so(
    start: str, limit: str, corrections: dict[str, bool], end: str, note: str | None
) -> None:
    found = due(start, limit, corrections=corrections)
    assert (show(found.at), found.note) == (end, note)


def test_the_calendar_on_this_machine_ends_where_the_tests_think() -> None:
    assert workdays.LAST_YEAR == 2026


@pytest.mark.parametrize("limit", ["", "5", "d", "1w", "-1d", "1.5h", "2 h"])
def test_a_limit_must_be_one(limit: str) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        due("2026-11-23 10:00", limit)


def test_a_calendar_without_working_days_is_refused() -> None:
    start = datetime.fromisoformat("2026-11-23 10:00")
    never = {(start + timedelta(days=ahead)).date().isoformat(): False for ahead in range(-1, 2000)}
    with pytest.raises(NoWorkingDay):
        due("2026-11-23 10:00", "1d", corrections=never)


@pytest.mark.parametrize(
    ("paused", "now", "natural", "end"),
    [
        ("2026-11-23 10:00", "2026-11-23 11:00", False, "2026-11-25 10:00"),
        ("2026-11-20 16:00", "2026-11-23 10:00", False, "2026-11-25 11:00"),  # the weekend did not count anyway
        ("2026-11-21 10:00", "2026-11-22 10:00", False, "2026-11-24 17:00"),
        ("2026-11-23 18:00", "2026-11-24 08:00", False, "2026-11-24 17:00"),
        ("2026-11-23 10:00", "2026-11-23 13:00", True, "2026-11-24 20:00"),
        ("2026-11-23 13:00", "2026-11-23 10:00", True, "2026-11-24 17:00"),  # a clock set back takes nothing away
    ],
)
def test_waiting_for_her_moves_the_deadline(paused: str, now: str, natural: bool, end: str) -> None:
    found = clock.after_pause(
        at("2026-11-24 17:00"), at(paused), at(now), natural=natural, hours=HOURS, corrections=NONE
    )
    assert show(found.at) == end


@pytest.mark.parametrize(
    ("now", "is_open", "opening", "text"),
    [
        ("2026-11-23 09:00", True, "2026-11-23 09:00", "现在"),
        ("2026-11-23 11:59", True, "2026-11-23 11:59", "现在"),
        ("2026-11-23 12:00", False, "2026-11-23 13:30", "今天 13:30"),
        ("2026-11-23 08:59", False, "2026-11-23 09:00", "今天 9:00"),
        ("2026-11-23 17:00", False, "2026-11-24 09:00", "明天 9:00"),
        ("2026-11-21 10:00", False, "2026-11-23 09:00", "后天 9:00"),
        ("2026-09-20 10:00", True, "2026-09-20 10:00", "现在"),
        ("2026-09-30 17:30", False, "2026-10-08 09:00", "10月8日（周四）9:00"),
        ("2026-12-31 18:00", False, "2027-01-04 09:00", "1月4日（周一）9:00（暂按周末推算）"),
    ],
)
def test_opening(now: str, is_open: bool, opening: str, text: str) -> None:
    assert clock.open_now(at(now), hours=HOURS, corrections=NONE) is is_open
    assert show(clock.next_opening(at(now), hours=HOURS, corrections=NONE)) == opening
    assert clock.next_opening_text(at(now), hours=HOURS, corrections=NONE) == text


@pytest.mark.parametrize(
    ("now", "end", "natural", "text"),
    [
        ("2026-11-23 10:00", "2026-11-24 17:00", False, "还剩 1 个工作日"),
        ("2026-11-23 10:00", "2026-11-30 17:00", False, "还剩 5 个工作日"),
        ("2026-09-30 10:00", "2026-10-10 17:00", False, "还剩 3 个工作日"),
        ("2026-11-23 16:50", "2026-11-24 12:00", False, "还剩 3 小时"),
        ("2026-11-24 16:20", "2026-11-24 17:00", False, "还剩 40 分钟"),
        ("2026-11-24 16:59:30", "2026-11-24 17:00", False, "还剩不到 1 分钟"),
        ("2026-11-24 12:20", "2026-11-24 14:00", False, "还剩 30 分钟"),
        ("2026-11-24 17:00", "2026-11-24 17:00", False, "还剩不到 1 分钟"),
        ("2026-11-24 16:00", "2026-11-24 14:00", False, "已超时 2 小时"),
        ("2026-11-24 09:20", "2026-11-23 17:00", False, "已超时 20 分钟"),
        ("2026-11-23 20:00", "2026-11-23 17:00", False, "已超时"),
        ("2026-11-26 18:00", "2026-11-24 17:00", False, "已超时 2 个工作日"),
        ("2026-11-28 10:00", "2026-11-26 17:00", False, "已超时 1 个工作日"),
        ("2026-11-22 03:00", "2026-11-22 03:05", True, "还剩 5 分钟"),
        ("2026-11-22 05:05", "2026-11-22 03:05", True, "已超时 2 小时"),
        ("2026-11-22 03:00", "2026-11-24 04:00", True, "还剩 2 天"),
        ("2026-11-22 03:00", "2026-11-24 02:59", True, "还剩 47 小时"),
    ],
)
def test_remaining_in_words(now: str, end: str, natural: bool, text: str) -> None:
    assert clock.remaining(at(now), at(end), natural=natural, hours=HOURS, corrections=NONE) == text


STARTS = some.integers(at("2024-01-01 00:00") // 1_000_000, at("2028-01-01 00:00") // 1_000_000).map(
    lambda s: s * 1_000_000
)


@given(STARTS, some.sampled_from(["2h", "4h", "1d", "2d", "3d", "5d", "15d"]), some.sampled_from([HOURS, ONE, THREE]))
def test_deadlines_lie_in_service_time_and_half_comes_first(start: int, limit: str, hours: ServiceHours) -> None:
    whole, half = (
        clock.deadline(start, limit, natural=False, hours=hours, corrections=NONE, half=half).at
        for half in (False, True)
    )
    assert start < half <= whole
    for moment in (whole, half):
        assert clock.open_now(moment - 1_000_000, hours=hours, corrections=NONE)


@given(STARTS, some.integers(1, 40 * 3600))
def test_service_time_added_is_the_service_time_between(start: int, seconds: int) -> None:
    days = workdays.Workdays(HOURS, NONE)
    assert days.between(start, days.add(start, seconds * 1_000_000)) == seconds * 1_000_000


def test_our_reading_of_the_calendar_is_the_package_s() -> None:
    days = workdays.Workdays(HOURS, NONE)
    first = date(2024, 1, 1)
    for ahead in range((date(2026, 12, 31) - first).days + 1):
        day = first + timedelta(days=ahead)
        assert days.works(day) is chinese_calendar.is_workday(day), day


def test_importing_the_calendar_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.reload(chinese_calendar)
