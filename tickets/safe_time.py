"""When it is safe to reach her, read from her own words: 晚上八点以后, 白天, 上午九点到十一点, 晚上别打."""

import re
from dataclasses import dataclass

from tickets.workdays import local

DAY = 24 * 60
MINUTE = 60_000_000
DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
PARTS = {  # minutes of the Beijing day
    "早上": (7 * 60, 9 * 60),
    "上午": (8 * 60 + 30, 12 * 60),
    "中午": (11 * 60 + 30, 13 * 60 + 30),
    "下午": (13 * 60 + 30, 18 * 60),
    "傍晚": (17 * 60, 19 * 60),
    "晚上": (18 * 60 + 30, 20 * 60 + 30),
    "白天": (8 * 60 + 30, 17 * 60 + 30),
    "上班": (9 * 60, 17 * 60),
}
EARLIEST, LATEST = 8 * 60, 20 * 60 + 30  # an open end never reaches into the night
HOUR = r"(?:(早上|上午|中午|下午|傍晚|晚上)?(\d{1,2}|[一二两三四五六七八九十]{1,3})(?:[点时:：](半|\d{2})?))"
FROM_TO = re.compile(HOUR + r"(?:到|至|-|—|~)" + HOUR)
AFTER = re.compile(HOUR + r"(?:钟)?(?:以后|之后|过后|后)")
BEFORE = re.compile(HOUR + r"(?:钟)?(?:以前|之前|前)")
NO = r"(?:别|不要|勿|不能|不方便|不行|不可以|不许|他在|有人)"
NIGHT = re.compile(rf"(?:晚上|夜里|夜间|半夜|下班后?).{{0,6}}{NO}|{NO}.{{0,4}}(?:晚上|夜里|半夜)")
PART = re.compile("|".join(PARTS))


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the Beijing day, start before end."""

    start: int
    end: int

    def opens(self, now: int) -> int:
        """`now` while it is open, else the next time it opens, in UTC microseconds."""
        moment = local(now)
        minute = moment.hour * 60 + moment.minute
        if self.start <= minute < self.end:
            return now
        ahead = (self.start - minute) % DAY
        into = moment.second * 1_000_000 + moment.microsecond
        return now + ahead * MINUTE - into


def read(text: str) -> Window | None:
    """None when no time of the day is in it."""
    if NIGHT.search(text):
        return Window(*PARTS["白天"])
    found = FROM_TO.search(text)
    if found:
        start = _minute(found[1], found[2], found[3])
        return _window(start, _minute(found[4] or found[1], found[5], found[6]))
    found = AFTER.search(text)
    if found:
        return _window(_minute(*found.groups()), LATEST)
    found = BEFORE.search(text)
    if found:
        until = _minute(*found.groups())
        return _window(EARLIEST, until) if until is not None and until > EARLIEST else None
    part = PART.search(text)
    return Window(*PARTS[part[0]]) if part and not re.search(rf"{part[0]}.{{0,4}}{NO}", text) else None


def _window(start: int | None, end: int | None) -> Window | None:
    if start is None or end is None:
        return None
    if start >= end:  # 八点以后, said of an evening later than we call
        return Window(start, min(DAY - 60, start + 120)) if start < DAY - 90 else None
    return Window(start, end)


def _minute(part: str | None, hour: str, minute: str | None) -> int | None:
    number = int(hour) if hour.isdigit() else _chinese(hour)
    if number is None or number > 24:
        return None
    if part in {"下午", "傍晚", "晚上"} and number < 12:
        number += 12
    if part is None and 1 <= number <= 6:  # 三点 for a call is the afternoon
        number += 12
    return number * 60 + (30 if minute == "半" else int(minute or 0))


def _chinese(text: str) -> int | None:
    """One to twenty-four: 八, 十, 十一, 二十."""
    if len(text) == 1:
        return DIGITS.get(text)
    tens, _, ones = text.partition("十")
    if "十" not in text:
        return None
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + (DIGITS.get(ones, 0) if ones else 0)
