"""Numbers as Chinese writers put them: 三十五, 两万五, 半, 3.5."""

import re

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000}
BIG = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
CHINESE = "零〇一二两三四五六七八九十百千"
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{CHINESE}]+|半)"


def number(text: str) -> float | None:
    """None where the characters make no number (百 alone does, 一一 does not)."""
    if text == "半":
        return 0.5
    if re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    return _chinese(text) if text and set(text) <= set(CHINESE) else None


def plain(value: float) -> str:
    """35, not 35.0."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def _chinese(text: str) -> float | None:
    total, digit, last_unit, fresh = 0, 0, 10, False
    for character in text:
        if character in UNITS:
            last_unit = UNITS[character]
            total += (digit if fresh else 1) * last_unit
            digit, fresh = 0, False
        elif character in "零〇":
            last_unit, fresh = 10, False
        elif fresh:
            return None
        else:
            digit, fresh = DIGITS[character], True
    # 一百五 is 150: a last digit without a unit counts a tenth of the unit before it.
    return float(total + (digit * last_unit // 10 if fresh else 0))
