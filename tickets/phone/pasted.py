"""Reads a list of missed calls as it is copied from the telephone exchange: a number, with its time or without."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.callbacks import number_in
from tickets.workdays import BEIJING, local

MOST = 200  # lines at once
CLOCK = r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?"
DAY = re.compile(rf"(?:(20\d\d)[-/.年])?(\d{{1,2}})[-/.月](\d{{1,2}})日?[ \tT,，]*{CLOCK}")
TIME = re.compile(rf"(?<!\d){CLOCK}")


@dataclass(frozen=True, slots=True)
class Pasted:
    calls: tuple[tuple[str, int], ...]  # number, when it rang
    unread: tuple[str, ...]  # lines without a number in them


def parse(text: str, *, now: int) -> Pasted:
    found: list[tuple[str, int]] = []
    unread: list[str] = []
    for line in [line.strip() for line in text.splitlines() if line.strip()][:MOST]:
        at, rest = _when(line, now)
        number = number_in(rest)
        if number is None or at is None:
            unread.append(line)
        else:
            found.append((number, at))
    return Pasted(tuple(found), tuple(unread))


def _when(line: str, now: int) -> tuple[int | None, str]:
    """When it rang and what is left of the line; now, where no time stands in it. None for a time that is none."""
    match = DAY.search(line) or TIME.search(line)
    if match is None:
        return now, line
    rest = line[: match.start()] + " " + line[match.end() :]
    today = local(now)
    try:
        if match.re is TIME:
            moment = today.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
            moment = moment if moment <= today else moment - timedelta(days=1)
        else:
            year, month, day, hour, minute = match.groups()
            moment = datetime(int(year or today.year), int(month), int(day), int(hour), int(minute), tzinfo=BEIJING)
            if moment > today and not year:
                moment = moment.replace(year=today.year - 1)
    except ValueError:
        return None, rest
    return (int(moment.timestamp()) * 1_000_000 if moment <= today else None), rest
