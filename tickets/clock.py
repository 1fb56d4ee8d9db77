"""Deadlines in Chinese working days and service hours, and how far away they are in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tickets.catalogue import ServiceHours
from tickets.workdays import BEIJING, SECOND, Workdays, local

__all__ = [
    "BEIJING", "Deadline", "after_pause", "deadline", "next_opening", "next_opening_text", "open_now", "remaining",
]  # fmt: skip

GUESSED = "暂按周末推算"
LIMIT = re.compile(r"(\d+)(min|h|d)")
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NATURAL = {"min": MINUTE, "h": HOUR, "d": 24 * HOUR}
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Deadline:
    at: int  # UTC microseconds
    note: str | None  # why it may still move


def deadline(
    start: int,
    limit: str,
    *,
    natural: bool,
    hours: ServiceHours,
    corrections: Mapping[str, bool],
    half: bool = False,
) -> Deadline:
    """`5d` ends with the business of the fifth working day after the day of start, `2h` after two hours of service,
    `5min` after five minutes on any clock. What starts outside service hours starts with the next opening.

    `half` halves it: half a working day ends with the middle shift of the following one.
    """
    match = LIMIT.fullmatch(limit)
    if match is None:
        raise ValueError(f"not a limit: {limit!r}")
    number, unit = int(match[1]), match[2]
    if natural or unit == "min":
        return Deadline(start + number * NATURAL[unit] // (2 if half else 1), None)
    days = Workdays(hours, corrections)
    if unit == "h":
        at = days.add(start, number * HOUR // (2 if half else 1))
    else:
        at = _by_day(days, days.opening(start), number, half=half)
    return Deadline(at, GUESSED if days.guessed(start, at) else None)


def _by_day(days: Workdays, opening: int, number: int, *, half: bool) -> int:
    whole, odd = divmod(number, 2) if half else (number, 0)
    day = local(opening).date()
    day = days.after(day, whole) if whole else day
    return days.midday(days.after(day, 1)) if odd else days.close(day)


def after_pause(
    due: int, paused_at: int, now: int, *, natural: bool, hours: ServiceHours, corrections: Mapping[str, bool]
) -> Deadline:
    """The deadline moved by the time that stood still while we waited for her."""
    if natural:
        return Deadline(due + max(0, now - paused_at), None)
    days = Workdays(hours, corrections)
    lost = days.between(paused_at, now)
    at = days.add(due, lost) if lost else due
    return Deadline(at, GUESSED if days.guessed(paused_at, at) else None)


def open_now(now: int, *, hours: ServiceHours, corrections: Mapping[str, bool]) -> bool:
    return any(start <= now < end for start, end in Workdays(hours, corrections).shifts(local(now).date()))


def next_opening(now: int, *, hours: ServiceHours, corrections: Mapping[str, bool]) -> int:
    """Now, while open."""
    return Workdays(hours, corrections).opening(now)


def next_opening_text(now: int, *, hours: ServiceHours, corrections: Mapping[str, bool]) -> str:
    """今天 13:30, 明天 9:00, 10月9日（周五）9:00; 现在 while open."""
    at = next_opening(now, hours=hours, corrections=corrections)
    if at == now:
        return "现在"
    opening = local(at)
    clock = f"{opening.hour}:{opening.minute:02}"
    ahead = (opening.date() - local(now).date()).days
    if ahead < 3:
        return f"{('今天', '明天', '后天')[ahead]} {clock}"
    guess = "" if Workdays(hours, corrections).known(opening.date()) else f"（{GUESSED}）"
    return f"{opening.month}月{opening.day}日（周{WEEKDAYS[opening.weekday()]}）{clock}{guess}"


def remaining(now: int, due: int, *, natural: bool, hours: ServiceHours, corrections: Mapping[str, bool]) -> str:
    """还剩 1 个工作日, 还剩 40 分钟, 已超时 2 小时: rounded so that it never promises more time than there is."""
    late = now > due
    early, end = (due, now) if late else (now, due)
    word = "已超时" if late else "还剩"
    if natural:
        left = end - early
        return f"{word} {left // (24 * HOUR)} 天" if left >= 48 * HOUR else _short(word, left)
    days = Workdays(hours, corrections)
    left = days.between(early, end)
    whole = days.count(local(early).date(), local(end).date())
    if left >= days.day_length() and whole:
        return f"{word} {left // days.day_length() if late else whole} 个工作日"
    return _short(word, left)


def _short(word: str, left: int) -> str:
    if left >= HOUR:
        return f"{word} {left // HOUR} 小时"
    if left >= MINUTE:
        return f"{word} {left // MINUTE} 分钟"
    return "已超时" if word == "已超时" else "还剩不到 1 分钟"
