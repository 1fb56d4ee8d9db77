"""Facts she named: places, numbers to reach or identify her, money, ages, times, weeks of pregnancy."""

import re
from collections.abc import Callable, Iterator

from nlu import moments
from nlu.gazetteer import Gazetteer
from nlu.numerals import BIG, CHINESE, NUMBER, number, plain
from nlu.text import Normal
from nlu.understanding import Entity

Match = re.Match[str]
Reader = Callable[[Match], str | None]

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
OLD_CARD, OLDEST, YOUNGEST, MOST_MONTHS, LEAST_BARE = 15, 120, 10, 36, 100
MONEY_UNIT = r"(?:块钱|块|元|圆|人民币|rmb|RMB)"
PAID = r"(?:扣|罚|欠|借|贷|赔|骗|转|给|花|交|还|收|付|要|出|存|亏|挣|赚)(?:了|走|着|我|他|她|你|过){0,3}"
SPOKEN = {"幺": "1", "零": "0", "〇": "0", **{digit: str(place) for place, digit in enumerate("一二三四五六七八九", 1)}}
SIZES = {**BIG, "个亿": BIG["亿"], "k": 1000, "K": 1000, "千": 1000}


def _digits(match: Match) -> str:
    return re.sub(r"\D", "", match[0])


def _id_card(match: Match) -> str | None:
    """With a right check character; the old ones of fifteen digits had none."""
    text = re.sub(r"[ -]", "", match[0]).upper()
    if len(text) == OLD_CARD:
        return text
    rest = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True)) % 11
    return text if "10X98765432"[rest] == text[17] else None


def _bank_card(match: Match) -> str | None:
    """Only with a right check digit (Luhn): an order number is no bank card."""
    text = _digits(match)
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(text))]
    return text if sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 else None


def _spoken(match: Match) -> str:
    return "".join(SPOKEN.get(digit, digit) for digit in match[0])


def _money(match: Match) -> str | None:
    base = number(match["n"])
    if base is None:
        return None
    big = SIZES.get(match["big"] or "", 1)
    rest = number(match["rest"]) if match["rest"] else None
    if rest is None:
        return plain(base * big)
    if match["thousands"]:  # 12万8千
        return plain(base * big + rest * 1000)
    return plain(base * big + (rest * big / 10 if rest < 10 else rest))  # 两万五 is 25,000


def _verb_money(match: Match) -> str | None:
    """三千二 after 扣了 is money without a unit; small numbers may count anything."""
    value = number(match["only"])
    return plain(value) if value is not None and value >= LEAST_BARE else None


def _age(match: Match) -> str | None:
    years = number(match["n"])
    if years is None or years > OLDEST:
        return None
    return plain(years + 0.5 if match["half"] else years)


def _this_year(match: Match) -> str | None:
    years = number(match["n"])
    return plain(years) if years is not None and YOUNGEST <= years <= OLDEST else None


def _months_old(match: Match) -> str | None:
    months = number(match["n"])
    return f"P{plain(months)}M" if months is not None and months <= MOST_MONTHS else None


READERS: tuple[tuple[str, re.Pattern[str], Reader], ...] = (
    ("id_card", re.compile(r"(?<!\d)[1-9]\d{5}[ -]?(?:19|20)\d{2}[01]\d[0-3]\d[ -]?\d{3}[\dXx](?!\d)"), _id_card),
    ("id_card", re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"), _id_card),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9](?:[- ]?\d){9}(?!\d)"), lambda m: _digits(m)[-11:]),
    ("phone", re.compile(r"(?<!\d)1 [3-9](?: \d){9}(?!\d)"), _digits),
    (
        "phone",
        re.compile(r"[一幺][三四五六七八九][幺零〇一二三四五六七八九]{9}(?![幺零〇一二三四五六七八九])"),
        _spoken,
    ),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[- ]?[2-8]\d{2,3}[- ]?\d{4}(?!\d)"), _digits),
    ("bank_card", re.compile(r"(?<!\d)[3-6]\d{3}(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?!\d)"), _bank_card),
    ("pregnancy", moments.PREGNANCY, moments.pregnancy),
    ("date", moments.DAY, moments.day),
    (
        "money",
        re.compile(r"[¥$](?P<n>\d[\d,]*(?:\.\d+)?)(?P<big>[万亿wW])?(?P<rest>(?!))?(?P<thousands>(?!))?"),
        _money,
    ),
    (
        "money",
        re.compile(
            rf"(?P<n>{NUMBER})(?P<big>个亿|[万亿wW])(?:(?P<rest>\d{{4}}|[一二两三四五六七八九]|\d(?=[千kK]))"
            rf"(?P<thousands>[千kK])?)?(?:多|左右)?{MONEY_UNIT}?(?![人户字公里平个名步次])"
        ),
        _money,
    ),
    ("money", re.compile(rf"(?P<n>{NUMBER})(?P<big>)?(?P<rest>(?!))?(?P<thousands>(?!))?(?:多)?{MONEY_UNIT}"), _money),
    ("money", re.compile(r"(?P<n>\d+(?:\.\d+)?)(?P<big>[kK])(?P<rest>(?!))?(?P<thousands>(?!))?(?![a-zA-Z])"), _money),
    (
        "money",
        re.compile(rf"(?<![第])(?:{PAID})(?P<only>[{CHINESE}]{{3,}})(?![{CHINESE}条人户字个名步次天年月斤万亿])"),
        _verb_money,
    ),
    ("age", re.compile(rf"(?P<n>{NUMBER})(?:周岁|虚岁|岁)(?P<half>半)?"), _age),
    ("age", re.compile(rf"(?<=今年)(?P<n>{NUMBER})(?=了|$|[,，。 ;；])"), _this_year),
    ("age", re.compile(rf"(?P<n>{NUMBER})个多?月大"), _months_old),
    ("date", moments.LASTING, moments.ago),
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
                start, end = match.span("only" if "only" in pattern.groupindex else 0)
                yield start, end, kind, value


def _take(taken: list[bool], start: int, end: int) -> bool:
    taken[start:end] = [True] * (end - start)
    return True


def _entity(normal: Normal, start: int, end: int, kind: str, value: str) -> Entity:
    first, last = normal.span(start, end)
    return Entity(kind, normal.text[start:end], first, last, value)
