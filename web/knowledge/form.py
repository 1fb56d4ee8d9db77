"""An article as a form: every field one text, several values one a line; and back, with what is wrong."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from knowledge.article import Article, Source
from knowledge.fault import Fault
from knowledge.load import parse
from knowledge.write import written

LISTS: Final = ("intents", "variants", "steps", "prepare", "related")
TEXTS: Final = ("id", "title", "answer", "helper", "region", "status", "body")
DAYS: Final = ("valid_from", "valid_to", "review_by")
BAR: Final = "|"
EMPTY: Final = Article(
    id="",
    title="",
    intents=(),
    variants=(),
    answer="",
    steps=(),
    prepare=(),
    helper="",
    sources=(),
    region="national",
    status="verified",
    valid_from=None,
    valid_to=None,
    review_by=date.min,
    reviewed_by=None,
    reviewed_on=None,
    related=(),
    body="",
)


def fields_of(article: Article) -> dict[str, str]:
    found = {name: str(getattr(article, name)) for name in TEXTS}
    found |= {name: "\n".join(getattr(article, name)) for name in LISTS}
    found |= {name: _day(getattr(article, name)) for name in DAYS}
    found["sources"] = "\n".join(_line(source) for source in article.sources)
    return found


def article_of(fields: Mapping[str, str]) -> tuple[Article | None, list[Fault]]:
    """Written and read again, so that the form has no rules of its own."""
    name = f"{fields['id'].strip()}.md"
    try:
        article = _article(fields)
    except ValueError as error:
        return None, [Fault(name, *str(error).split("：", 1))]
    return parse(name, written(article))


def _article(fields: Mapping[str, str]) -> Article:
    days = {name: _read_day(name, fields[name]) for name in DAYS}
    if days["review_by"] is None:
        raise ValueError("review_by：不能为空")
    texts = {name: fields[name].strip() for name in TEXTS}
    lists = {name: _lines(fields[name]) for name in LISTS}
    sources = tuple(_source(number, line) for number, line in enumerate(_lines(fields["sources"]), 1))
    return Article(**texts, **lists, **days, sources=sources, reviewed_by=None, reviewed_on=None)  # type: ignore[arg-type]  # names and kinds above


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _day(value: date | None) -> str:
    return "" if value in {None, date.min} else str(value)


def _read_day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"{name}：要写成 2026-01-01 这样的日期") from error


def _line(source: Source) -> str:
    return f" {BAR} ".join((source.title, source.article, source.date.isoformat(), " ".join(source.fact)))


def _source(number: int, line: str) -> Source:
    parts = [part.strip() for part in line.split(BAR)]
    if len(parts) != 4:
        raise ValueError(f"sources 第{number}项：要写成 名称 | 条 | 日期 | 事实行")
    day = _read_day(f"sources 第{number}项 date", parts[2])
    if day is None:
        raise ValueError(f"sources 第{number}项 date：不能为空")
    return Source(parts[0], parts[1], day, tuple(parts[3].split()))
