"""Numbers as Chinese writers put them: 三十五, 两万五, 半, 3.5."""

import re

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000}
BIG = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
# Written so that nobody can change them afterwards, and short forms of speech.
OTHER = {
    "壹": "一", "贰": "二", "叁": "三", "肆": "四", "伍": "五", "陆": "六", "柒": "七", "捌": "八", "玖": "九",
    "拾": "十", "佰": "百", "仟": "千", "廿": "二十", "卅": "三十", "俩": "两", "仨": "三",
}  # fmt: skip
OTHERS = str.maketrans(OTHER)
CHINESE = f"零〇一二两三四五六七八九十百千{''.join(OTHER)}"
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{CHINESE}]+|半)"
YEAR = 4  # digits without units: 二〇二三


def number(text: str) -> float | None:
    """None where the characters make no number (百 alone does, 一一 does not)."""
    if text == "半":
        return 0.5
    if re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    return _large(text.translate(OTHERS))


def _large(text: str) -> float | None:
    """三万五 is 35,000: a last digit counts a tenth of the 万 before it."""
    for unit in ("亿", "万"):
        before, found, after = text.rpartition(unit)
        if found:
            many = _large(before)
            if many is None:
                return None
            size = BIG[unit]
            if after in DIGITS:
                return many * size + DIGITS[after] * size / 10
            rest = _large(after) if after else 0.0
            return None if rest is None else many * size + rest
    return _chinese(text) if text and set(text) <= set(CHINESE) else None


def plain(value: float) -> str:
    """35, not 35.0."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def _chinese(text: str) -> float | None:
    if len(text) == YEAR and set(text) <= set(DIGITS):
        return float("".join(str(DIGITS[digit]) for digit in text))
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
