"""The figures in a text, each with its unit, so that an article can be held against its sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

NUMBER = r"\d+(?:\.\d+)?"
RANGE = r"\s*(?:—|–|-|~|～|到|至|、)\s*"
UNITS = {
    "天": "日", "日": "日", "小时": "小时", "周岁": "岁", "岁": "岁", "个月": "月", "月": "月", "年": "年", "倍": "倍",
    "元": "元", "%": "%", "％": "%", "人": "人", "次": "次", "个工作日": "日", "课时": "课时", "分钟": "分钟",
}  # fmt: skip
TEN_THOUSAND = "万"
DOCUMENT = re.compile(r"〔(\d{4})〕(\d+)号")
DATE = re.compile(
    r"(?<!\d)(\d{4})(?:"
    r"-(\d{1,2})(?!\d)(?:-(\d{1,2})(?!\d))?"
    r"|年(?:(\d{1,2})月(?:(\d{1,2})日)?)?"
    r"|(?=[；，、春夏秋冬（]|\s*(?:修订|修正|文本|$))"
    r")"
)  # a bare year counts only where a list of versions ends it
CLAUSE = re.compile(rf"第(\d+(?:{RANGE}\d+)*)(?:条|款|项)(?:之[一二三四五])?")
QUANTITY = re.compile(
    rf"({NUMBER}){RANGE}(?={NUMBER})|({NUMBER})(万)?({'|'.join(sorted(UNITS, key=len, reverse=True))})?"
)


@dataclass(frozen=True)
class Figure:
    kind: str  # document, date, clause or quantity
    value: str  # a date 2025-05-10, 2025-05 or 2025; a quantity in single units (1万 is 10000)
    unit: str = ""
    shown: str = ""

    def stands_in(self, other: "Figure") -> bool:
        """A date may be told less exactly than its source; a quantity needs the same unit where both name one."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            return other.value == self.value or other.value.startswith(self.value + "-")
        return self.value == other.value and (self.unit == other.unit or "" in {self.unit, other.unit})


@cache
def figures(text: str) -> frozenset[Figure]:
    return frozenset(_figures(text))


def _figures(text: str) -> Iterator[Figure]:
    for match in DOCUMENT.finditer(text):
        yield Figure("document", f"{match[1]}-{match[2]}", shown=match[0])
    text = DOCUMENT.sub("，", text)
    for match in CLAUSE.finditer(text):
        yield from (Figure("clause", number, shown=match[0]) for number in _each(match[1]))
    text = CLAUSE.sub("，", text)
    for match in DATE.finditer(text):
        parts = [part for part in match.groups() if part]
        yield Figure("date", "-".join([parts[0], *(f"{int(part):02d}" for part in parts[1:])]), shown=match[0])
    yield from _quantities(DATE.sub("，", text))


def _each(numbers: str) -> list[str]:
    """1—3、5 as 1 2 3 5."""
    found: list[str] = []
    for part in re.split(r"、", numbers):
        ends = [int(end) for end in re.findall(r"\d+", part)]
        found += [str(number) for number in range(ends[0], ends[-1] + 1)]
    return found


def _quantities(text: str) -> Iterator[Figure]:
    waiting: list[str] = []  # 5 of 5—10日 has the unit of 10
    for match in QUANTITY.finditer(text):
        if match[1]:
            waiting.append(match[1])
            continue
        unit = UNITS.get(match[4] or "", "")
        for number in [*waiting, match[2]]:
            value = float(number) * (10_000 if match[3] else 1)
            yield Figure("quantity", f"{value:g}", unit, shown=f"{number}{match[3] or ''}{match[4] or ''}")
        waiting.clear()
