"""Dates as people count them: days, months and years later, and how she reads a date."""

from calendar import monthrange
from datetime import date, timedelta


def days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def months_later(day: date, months: int) -> date:
    """The same day of the month; the last one where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
