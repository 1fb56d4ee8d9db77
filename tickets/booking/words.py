"""A slot in words: what stands on her button, and what staff read."""

import re

from tickets.workdays import local

WEEKDAYS = "一二三四五六日"
LABEL = re.compile(r"^(\d{1,2})月(\d{1,2})日（周[一二三四五六日]）(\d{1,2}):(\d{2})")


def day_words(at: int) -> str:
    """11月25日（周三）"""
    day = local(at)
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def when_words(at: int) -> str:
    """11月25日（周三）9:00"""
    moment = local(at)
    return f"{day_words(at)}{moment.hour}:{moment.minute:02}"


def span_words(start: int, end: int) -> str:
    """11月25日（周三）9:00到9:30"""
    last = local(end)
    return f"{when_words(start)}到{last.hour}:{last.minute:02}"


def near_words(start: int, now: int) -> str:
    """今天 or 明天, as far as it is one; else the date."""
    ahead = (local(start).date() - local(now).date()).days
    return ("今天", "明天")[ahead] if ahead in {0, 1} else day_words(start)
