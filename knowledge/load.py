"""Read the articles strictly: a field that is missing, unknown or of the wrong kind is a named fault."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from knowledge.article import Article, Source
from knowledge.fault import ArticleFaults, Fault
from knowledge.frontmatter import MalformedHead, split

KEYS = tuple(name for name in Article.__dataclass_fields__ if name not in {"body", "overdue"})
SOURCE_KEYS = ("title", "article", "date", "fact")
ARTICLES = Path(__file__).with_name("articles")


def load(folder: Path = ARTICLES) -> list[Article]:
    """All articles by id; any fault anywhere raises ArticleFaults with all of them."""
    articles, faults = read(folder)
    if faults:
        raise ArticleFaults(faults)
    return articles


def read(folder: Path) -> tuple[list[Article], list[Fault]]:
    """The articles that can be read, and every fault of the others."""
    articles: list[Article] = []
    faults: list[Fault] = []
    if not folder.is_dir():
        return [], [Fault(str(folder), "文件夹", "没有这个文件夹")]
    for path in sorted(folder.glob("*.md")):
        try:
            article, found = parse(path.name, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            article, found = None, [Fault(path.name, "文件", "不是 UTF-8 编码")]
        faults += found
        if article is not None:
            articles.append(article)
    return articles, faults


def parse(file: str, text: str) -> tuple[Article | None, list[Fault]]:
    """One file, by its name and its text: the article, or what is wrong with it."""
    fields = _Fields(file, text)
    article = fields.article()
    return (None, fields.faults) if fields.faults else (article, [])


class _Fields:
    """The head of one file; asking it for a field of the wrong kind notes a fault and goes on."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.head: Mapping[str, Any] = {}
        self.body = ""
        try:
            self.head, self.body = split(text)
        except MalformedHead as error:
            self.fault("文件头", str(error))

    def fault(self, field: str, text: str) -> None:
        self.faults.append(Fault(self.file, field, text))

    def article(self) -> Article:
        unreadable = bool(self.faults)
        if not unreadable:
            self._keys(self.head, KEYS, "")
        article = Article(
            id=self.text("id"),
            title=self.text("title"),
            intents=self.texts("intents"),
            variants=self.texts("variants"),
            answer=self.text("answer"),
            steps=self.texts("steps"),
            prepare=self.texts("prepare"),
            helper=self.text("helper"),
            sources=self.sources(),
            region=self.text("region"),
            status=self.text("status"),
            valid_from=self.day("valid_from", self.head),
            valid_to=self.day("valid_to", self.head),
            review_by=self.day("review_by", self.head) or date.min,
            reviewed_by=self.text("reviewed_by") if self.head.get("reviewed_by") is not None else None,
            reviewed_on=self.day("reviewed_on", self.head),
            related=self.texts("related"),
            body=self.body,
        )
        if not unreadable:
            self._beyond_kind(article)
        return article

    def text(self, name: str) -> str:
        return self._text(name, self.head.get(name), given=name in self.head)

    def texts(self, name: str) -> tuple[str, ...]:
        return self._texts(name, self.head.get(name), given=name in self.head)

    def day(self, name: str, holder: Mapping[str, Any], prefix: str = "") -> date | None:
        value = holder.get(name)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.fault(prefix + name, "要写成不带引号的日期，例如 2026-01-01")
        return None

    def sources(self) -> tuple[Source, ...]:
        entries = self.head.get("sources")
        if not isinstance(entries, list):
            if "sources" in self.head:
                self.fault("sources", "要写成列表")
            return ()
        return tuple(self._source(number, entry) for number, entry in enumerate(entries, 1))

    def _source(self, number: int, entry: Any) -> Source:
        prefix = f"sources 第{number}项 "
        if not isinstance(entry, dict):
            self.fault(prefix.strip(), "要写成 {title: …, article: …, date: …, fact: […]}")
            return Source("", "", date.min)
        self._keys(entry, SOURCE_KEYS, prefix)
        day = self.day("date", entry, prefix)
        if "date" in entry and entry["date"] is None:
            self.fault(prefix + "date", "不能为空")
        return Source(
            title=self._text(prefix + "title", entry.get("title"), given="title" in entry),
            article=self._text(prefix + "article", entry.get("article"), given="article" in entry),
            date=day or date.min,
            fact=self._texts(prefix + "fact", entry.get("fact"), given="fact" in entry),
        )

    def _keys(self, holder: Mapping[str, Any], wanted: tuple[str, ...], prefix: str) -> None:
        for name in wanted:
            if name not in holder:
                self.fault(prefix + name, "缺少这一项")
        for name in holder:
            if name not in wanted:
                self.fault(f"{prefix}{name}", "没有这样一项")

    def _text(self, field: str, value: Any, *, given: bool) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        if given:
            self.fault(field, "要写成文字" if value is not None else "不能为空")
        return ""

    def _texts(self, field: str, value: Any, *, given: bool) -> tuple[str, ...]:
        if not isinstance(value, list):
            if given:
                self.fault(field, "要写成列表")
            return ()
        return tuple(self._text(f"{field} 第{number}项", item, given=True) for number, item in enumerate(value, 1))

    def _beyond_kind(self, article: Article) -> None:
        if article.id and article.id != Path(self.file).stem:
            self.fault("id", f"“{article.id}”和文件名不一致")
        if "review_by" in self.head and self.head["review_by"] is None:
            self.fault("review_by", "不能为空")
