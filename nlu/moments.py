"""Dates, spans of time and weeks of pregnancy as ISO 8601; relative ones as a span, since rules know no clock."""

import re

from nlu.numerals import NUMBER, number, plain

Match = re.Match[str]

PREGNANCY = re.compile(
    rf"(?:怀孕|怀了|怀着|怀[一二三]胎|孕期?|有喜|身孕|有了)(?:有|已经|快|才|都|大概|差不多|到|[,，]){{0,2}}"
    rf"(?P<a>{NUMBER})(?:\+\d)?(?:个多?|多个)?(?P<ua>周|月|星期|礼拜)(?:多|半|了)?"
    rf"|(?P<b>{NUMBER})个?多?(?P<ub>周|月)(?:多|半)?的?(?:身孕|孕肚|孕妇|大肚子)"
)
YEARS = r"(?:19|20)\d{2}|[一二][九零〇][零〇一二三四五六七八九]{2}"
DAY = re.compile(
    rf"(?P<y>{YEARS})\s?(?:年(?!前|后)|[-./](?=\d))(?:\s?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
    r"(?:\s?(?:月份?|[-./](?=\d)))(?:\s?(?P<d>3[01]|[12]\d|0?[1-9]|[一二三]?十?[一二三四五六七八九十])(?:日|号)?)?)?"
    r"|(?P<m2>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
    r"(?:(?P<d2>3[01]|[12]\d|[1-9]|[一二三]?十?[一二三四五六七八九十])(?:日|号)|份|(?!\d))"
)
LASTING = re.compile(
    rf"(?P<n>{NUMBER}|[几数])(?P<many>多|几)?"
    r"(?:(?P<u>年|天|小时|周(?!岁|年)|分钟)|个(?P<half>半)?(?P<uu>多?月|多?星期|礼拜|钟头|小时))(?P<tail>半|多)?"
    r"(?P<ago>之?前|以前)?(?![级轨底末初])"
)
RELATIVES = {
    "大前天": "-P3D", "前天": "-P2D", "前晚": "-P2D", "昨天": "-P1D", "昨晚": "-P1D", "昨夜": "-P1D", "昨日": "-P1D",
    "今天": "P0D", "今晚": "P0D", "今早": "P0D", "今日": "P0D", "明天": "P1D", "明早": "P1D", "后天": "P2D",
    "上上周": "-P2W", "上周": "-P1W", "上星期": "-P1W", "下周": "P1W", "下星期": "P1W",
    "上个月": "-P1M", "上月": "-P1M", "下个月": "P1M", "下月": "P1M",
    "前年": "-P2Y", "去年": "-P1Y", "今年": "P0Y", "明年": "P1Y",
}  # fmt: skip
WEEKDAY = r"(?:(?<=周)[一二三四五六日天末]|(?<=星期)[一二三四五六日天])?"
RELATIVE = re.compile(f"({'|'.join(sorted(RELATIVES, key=len, reverse=True))}){WEEKDAY}")
UNITS = {
    "年": "Y", "月": "M", "周": "W", "星期": "W", "礼拜": "W", "天": "D", "小时": "H", "钟头": "H", "分钟": "M",
}  # fmt: skip
OF_THE_CLOCK = frozenset({"小时", "钟头", "分钟"})


def pregnancy(match: Match) -> str | None:
    """P12W or P3M; nobody is pregnant for eleven months."""
    value, unit = number(match["a"] or match["b"]), match["ua"] or match["ub"]
    letter = UNITS[unit]
    if value is None or value > (43 if letter == "W" else 10):
        return None
    return f"P{plain(value)}{letter}"


def day(match: Match) -> str | None:
    year, month, date = match["y"], match["m"] or match["m2"], match["d"] or match["d2"]
    parts = [plain(number(year) or 0) if year else "-", *(f"{_small(part):02d}" for part in (month, date) if part)]
    return "-".join(parts) if year or month else None


def lasting(match: Match) -> str | None:
    """几年 and 十几年 are spans too, with no number that could be trusted: X."""
    if match["ago"]:
        return None
    return _span(match)


def ago(match: Match) -> str | None:
    """三天前 is a point in time."""
    span = _span(match) if match["ago"] else None
    return f"-{span}" if span is not None else None


def _span(match: Match) -> str | None:
    word = (match["u"] or match["uu"]).lstrip("多")
    value = None if match["n"] in "几数" or match["many"] == "几" else number(match["n"])
    if word == "年" and value is not None and value > 100:
        return None
    if value is not None and (match["half"] or match["tail"] == "半"):
        value += 0.5
    count = "X" if value is None else plain(value)
    return f"{'PT' if word in OF_THE_CLOCK else 'P'}{count}{UNITS[word]}"


def relative(match: Match) -> str | None:
    return RELATIVES[match[1]]


def _small(text: str) -> int:
    value = number(text)
    return int(value) if value is not None else 0
