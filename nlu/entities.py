"""Facts she named: places, numbers to reach or identify her, money, ages, times, weeks of pregnancy."""

import re
from collections.abc import Callable, Iterator

from nlu import moments
from nlu.gazetteer import Gazetteer
from nlu.numerals import BIG, NUMBER, number, plain
from nlu.text import Normal
from nlu.understanding import Entity

Match = re.Match[str]
Reader = Callable[[Match], str | None]

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MONEY_UNIT = r"(?:块钱|块|元|圆|人民币|rmb|RMB)"


def _digits(match: Match) -> str:
    return re.sub(r"\D", "", match[0])


def _id_card(match: Match) -> str | None:
    text = match[0].upper()
    rest = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True)) % 11
    return text if "10X98765432"[rest] == text[17] else None


def _bank_card(match: Match) -> str | None:
    """Only with a right check digit (Luhn): an order number is no bank card."""
    text = _digits(match)
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(text))]
    return text if sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 else None


def _money(match: Match) -> str | None:
    base = number(match["n"])
    if base is None:
        return None
    value = base * BIG.get(match["big"] or "", 1)
    rest = number(match["rest"]) if match["rest"] else None
    if rest is not None:  # 两万五 is 25,000
        value += rest * BIG.get(match["big"] or "", 1) / 10 if rest < 10 else rest
    return plain(value)


def _age(match: Match) -> str | None:
    years = number(match["n"])
    return plain(years) if years is not None and years <= 120 else None


READERS: tuple[tuple[str, re.Pattern[str], Reader], ...] = (
    ("id_card", re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)"), _id_card),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), lambda m: _digits(m)[-11:]),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[- ]?[2-8]\d{6,7}(?!\d)"), _digits),
    ("bank_card", re.compile(r"(?<!\d)[3-6]\d{3}(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?!\d)"), _bank_card),
    ("pregnancy", moments.PREGNANCY, moments.pregnancy),
    ("date", moments.DAY, moments.day),
    ("money", re.compile(r"[¥$](?P<n>\d[\d,]*(?:\.\d+)?)(?P<big>[万亿wW])?(?P<rest>(?!))?"), _money),
    (
        "money",
        re.compile(
            rf"(?P<n>{NUMBER})(?P<big>[万亿wW])(?P<rest>[一二两三四五六七八九]|\d{{4}})?(?:多|左右)?{MONEY_UNIT}?"
            r"(?![人户字公里平个名步次])"
        ),
        _money,
    ),
    ("money", re.compile(rf"(?P<n>{NUMBER})(?P<big>)?(?P<rest>(?!))?(?:多)?{MONEY_UNIT}"), _money),
    ("age", re.compile(rf"(?P<n>{NUMBER})(?:周岁|虚岁|岁)"), _age),
    ("duration", moments.LASTING, moments.lasting),
    ("date", moments.RELATIVE, moments.relative),
)


def find_entities(normal: Normal, places: Gazetteer | None = None) -> tuple[Entity, ...]:
    """In the order of the text, none overlapping another; what comes first in READERS wins."""
    taken = [False] * len(normal.text)
    found = [
        (start, end, kind, value)
        for start, end, kind, value in _candidates(normal.text, places)
        if not any(taken[start:end]) and _take(taken, start, end)
    ]
    found.sort()
    return tuple(_entity(normal, *spot) for spot in found)


def _candidates(text: str, places: Gazetteer | None) -> Iterator[tuple[int, int, str, str]]:
    if places is not None:
        for start, end, unit in places.find(text):
            yield start, end, "place", unit
    for kind, pattern, read in READERS:
        for match in pattern.finditer(text):
            value = read(match)
            if value is not None:
                yield match.start(), match.end(), kind, value


def _take(taken: list[bool], start: int, end: int) -> bool:
    taken[start:end] = [True] * (end - start)
    return True


def _entity(normal: Normal, start: int, end: int, kind: str, value: str) -> Entity:
    first, last = normal.span(start, end)
    return Entity(kind, normal.text[start:end], first, last, value)
