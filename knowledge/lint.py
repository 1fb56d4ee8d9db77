"""What must be true of every article before anybody reads it; each breach is a named fault."""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.article import Article, Source
from knowledge.facts import VERIFIED, Facts, load_facts
from knowledge.fault import Fault
from knowledge.figures import Figure, figures
from knowledge.load import ARTICLES, read
from knowledge.parameters import BRACES, REFERENCE, Parameters, load_parameters
from knowledge.today import newest

DOMAIN_FILE = Path(__file__).parent.parent / "nlu" / "domain.yml"  # the names of the intents, as Rasa reads them
TITLE, ANSWER, STEP, BODY, VARIANT, PREPARE = 40, 200, 30, 600, 60, 24
STEPS = range(2, 4)
MIN_VARIANTS = 6
REGIONS = frozenset({"national", "jiangsu", "suzhou"})
ANSWERING = frozenset({"verified", "to_be_completed"})
STATUSES = ANSWERING | {"draft", "superseded", "retired"}
HELPERS = (
    "市妇联",
    "区县妇联",
    "街道（乡镇）妇联",
    "村（社区）妇联",
    "公安机关",
    "法院",
    "法律援助中心",
    "民政部门",
    "人社部门",
    "医保经办机构",
    "劳动仲裁机构",
    "其他部门",
)
PHONES = frozenset({"110", "119", "120", "122", "12338", "12345", "12348", "12356", "12333", "12355", "12309"})
PHONE = re.compile(r"\d{3,4}-\d{7,8}|(?<![\d.])\d{5,}(?!\d|元)|(?:打|拨|拨打|致电|热线)\s*(\d{3,4})(?![\d年-])")
BANNED = re.compile(
    r"保证(?!金|人|书)|一定能|一定会|肯定会赢|肯定能|包过|包赢|稳赢|百分之百|绝对能|绝对会|放心吧|"
    r"家丑不可外扬|忍一忍|忍忍|为了孩子忍|床头吵架|一个巴掌拍不响|您太"
)
SPELLED = re.compile(
    r"(?<![第周])(?:[二两三四五六七八九][十百千万]*|[一]?[十百千])[一二三四五六七八九十百千万]*(?:周岁|岁|个月|天|日|小时|倍|元|万)"
)
MARKUP = re.compile(r"<[a-zA-Z/!]|^#{3,}|^\|", re.MULTILINE)


@dataclass(frozen=True)
class Rules:
    """What articles are held against. `intents` are the names of the taxonomy, which lives on another floor."""

    facts: Facts
    parameters: Parameters
    intents: Collection[str]


def lint(
    articles: Sequence[Article], facts: Facts, intents: Collection[str], parameters: Parameters | None = None
) -> list[Fault]:
    rules = Rules(facts, load_parameters() if parameters is None else parameters, intents)
    ids = {article.id for article in articles}
    return [fault for article in articles for fault in lint_one(article, rules, ids)] + _shared(articles)


def _shared(articles: Sequence[Article]) -> list[Fault]:
    """A way of asking belongs to one article: two that claim it would answer by chance."""
    owner: dict[str, str] = {}
    return [
        Fault(f"{article.id}.md", "variants", f"“{text}”在 {owner[text]} 里已经有了")
        for article in articles
        for text in dict.fromkeys(article.variants)
        if owner.setdefault(text, article.id) != article.id
    ]


def lint_one(article: Article, rules: Rules, ids: Collection[str]) -> list[Fault]:
    """`ids` are those of all articles, for `related`."""
    return _Check(article, rules, ids).faults()


class _Check:
    def __init__(self, article: Article, rules: Rules, ids: Collection[str]) -> None:
        self.facts, self.parameters, self.intents, self.ids = rules.facts, rules.parameters, rules.intents, ids
        self.written, self.article = article, newest(article, rules.parameters)

    def faults(self) -> list[Fault]:
        found: list[tuple[str, str]] = []
        for rule in (
            self._names,
            self._people,
            self._lengths,
            self._variants,
            self._dates,
            self._wording,
            self._sources,
            self._figures,
            self._references,
        ):
            found += rule()
        return [Fault(f"{self.article.id}.md", field, text) for field, text in found]

    def _names(self) -> Iterator[tuple[str, str]]:
        article = self.article
        if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", article.id):
            yield "id", "只能用小写字母、数字和连字符"
        if not article.intents:
            yield "intents", "至少要有一个"
        for intent in article.intents:
            if intent not in self.intents:
                yield "intents", f"没有“{intent}”这个意图"
        for other in article.related:
            if other not in self.ids:
                yield "related", f"没有“{other}”这篇文章"
            if other == article.id:
                yield "related", "不能指向自己"
        if article.region not in REGIONS:
            yield "region", f"“{article.region}”不是 {'、'.join(sorted(REGIONS))} 之一"
        if article.status not in STATUSES:
            yield "status", f"“{article.status}”不是 {'、'.join(sorted(STATUSES))} 之一"

    def _people(self) -> Iterator[tuple[str, str]]:
        article = self.article
        if article.helper not in HELPERS:
            yield "helper", f"“{article.helper}”不是 {'、'.join(HELPERS)} 之一"
        if (article.reviewed_by is None) != (article.reviewed_on is None):
            yield "reviewed_on", "复核人和复核日期要么都写，要么都不写"

    def _lengths(self) -> Iterator[tuple[str, str]]:
        article = self.article
        for field, text, limit in (
            ("title", article.title, TITLE),
            ("answer", article.answer, ANSWER),
            ("正文", article.body, BODY),
        ):
            if len(text) > limit:
                yield field, f"{len(text)}个字，最多{limit}个"
        if not article.body:
            yield "正文", "不能为空"
        if len(article.steps) not in STEPS:
            yield "steps", f"要写2到3步，现在{len(article.steps)}步"
        for number, step in enumerate(article.steps, 1):
            if len(step) > STEP:
                yield f"steps 第{number}项", f"{len(step)}个字，最多{STEP}个"
        for number, item in enumerate(article.prepare, 1):
            if len(item) > PREPARE:
                yield f"prepare 第{number}项", f"{len(item)}个字，最多{PREPARE}个"

    def _variants(self) -> Iterator[tuple[str, str]]:
        variants = self.article.variants
        if len(set(variants)) < MIN_VARIANTS:
            yield "variants", f"至少要有{MIN_VARIANTS}种不同的问法"
        if len(set(variants)) < len(variants):
            yield "variants", "有重复的问法"
        for number, variant in enumerate(variants, 1):
            if len(variant) > VARIANT:
                yield f"variants 第{number}项", f"{len(variant)}个字，最多{VARIANT}个"

    def _dates(self) -> Iterator[tuple[str, str]]:
        article = self.article
        start, end = article.valid_from, article.valid_to
        if start is not None and end is not None and end < start:
            yield "valid_to", "早于 valid_from"
        if article.status in ANSWERING and end is None and start is not None and article.review_by <= start:
            yield "review_by", "不晚于 valid_from"
        if article.status == "superseded" and end is None:
            yield "valid_to", "已被取代的文章要写明到哪一天"
        for number, source in enumerate(article.sources, 1):
            if article.status in ANSWERING and start is not None and source.date > article.review_by:
                yield f"sources 第{number}项 date", "晚于 review_by"

    def _wording(self) -> Iterator[tuple[str, str]]:
        for field, text in _read(self.article):
            for match in BANNED.finditer(text):
                yield field, f"不能写“{match[0]}”"
            for match in SPELLED.finditer(text):
                yield field, f"“{match[0]}”要用阿拉伯数字，好和依据核对"
            for match in PHONE.finditer(text):
                number = match[1] or match[0]
                if number not in PHONES:
                    yield field, f"“{number}”不在可以公布的号码里"
        for match in MARKUP.finditer(self.article.body):
            yield "正文", f"不能用“{match[0]}”这种格式"

    def _sources(self) -> Iterator[tuple[str, str]]:
        if not self.article.sources:
            yield "sources", "至少要有一个依据"
        for number, source in enumerate(self.article.sources, 1):
            field = f"sources 第{number}项 fact"
            if not source.fact:
                yield field, "要写明事实表的行号"
            for fact in source.fact:
                yield from ((field, text) for text in self._may_cite(fact))
            if not self._dated(source):
                yield f"sources 第{number}项 date", f"所引的事实行里没有 {source.date.isoformat()} 这个日期"

    def _dated(self, source: Source) -> bool:
        """The rows know some versions only by year or month: then the date begins with it."""
        rows = [self.facts.rows[fact] for fact in source.fact if fact in self.facts.rows]
        dates = {figure.value for row in rows for figure in figures(row.text) if figure.kind == "date"}
        return not rows or any(f"{source.date.isoformat()}-".startswith(f"{day}-") for day in dates)

    def _may_cite(self, fact: str) -> Iterator[str]:
        if fact in self.facts.withheld:
            yield f"{fact} 还没有核实（{self.facts.withheld[fact]}），不能引用"
        elif fact not in self.facts.rows:
            yield f"事实表里没有 {fact}"
        elif self.article.status in ANSWERING and self.facts.rows[fact].scope:
            what = {"historic": "已经失效", "elsewhere": "是外地的规定"}[self.facts.rows[fact].scope]
            yield f"{fact} {what}，不能用来回答"

    def _figures(self) -> Iterator[tuple[str, str]]:
        """Figures of a service row are those of its first year: they prove nothing about today."""
        rows = [
            self.facts.rows[fact] for source in self.article.sources for fact in source.fact if fact in self.facts.rows
        ]
        known = {figure for row in rows if row.status in VERIFIED for figure in figures(row.text)}
        for field, text in _read(self.written):
            if field == "title":
                continue
            for figure in sorted(figures(REFERENCE.sub("某数，", text)), key=lambda one: one.shown):
                if figure.value not in PHONES and not _stands(figure, known):
                    yield field, f"“{figure.shown}”在所引的事实行里找不到"

    def _references(self) -> Iterator[tuple[str, str]]:
        """A number of the parameter table is traceable by itself; the name must be in the table."""
        for field, text in _read(self.written):
            for name in REFERENCE.findall(text):
                if name not in self.parameters.names:
                    yield field, f"参数表里没有“{name}”"
            if BRACES.search(REFERENCE.sub("", text)):
                yield field, "参数要写成 {{ 名称 }}"


def _read(article: Article) -> Iterator[tuple[str, str]]:
    """Everything of the article that she reads."""
    yield "title", article.title
    yield "answer", article.answer
    yield from ((f"steps 第{number}项", step) for number, step in enumerate(article.steps, 1))
    yield from ((f"prepare 第{number}项", item) for number, item in enumerate(article.prepare, 1))
    yield "正文", article.body


def _stands(figure: Figure, known: Iterable[Figure]) -> bool:
    return any(figure.stands_in(other) for other in known)


def main(arguments: Sequence[str]) -> int:
    """`python -m knowledge.lint [folder]`: every fault of every article, one a line."""
    articles, faults = read(Path(arguments[0]) if arguments else ARTICLES)
    names = yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))["intents"]
    faults += lint(articles, load_facts(), names)
    for fault in faults:
        print(fault)
    print(f"{len(articles)} 篇，{len(faults)} 处问题", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
