"""An article as the text a woman reads in the chat."""

import re

from knowledge.article import Article, Source

SHOWN = 3  # sources on the line under an answer; the details name them all
REGIONS = {"jiangsu": "江苏", "suzhou": "苏州"}
LOCAL = re.compile("江苏|苏州|苏财金|苏府|苏政")
SENTENCE = re.compile(r"[^。！？]*[。！？]?")
OVERDUE = "这条内容到了复核的时间，可能有变化，以工作人员的答复为准。"
PLACE = "时间和地点由工作人员告诉您。"
NOTHING = "这件事不用先准备什么。"


def render(article: Article) -> str:
    """Answer, numbered steps, and one line with where it is written and of which date; cautions where they belong."""
    steps = [f"{number}. {step}" for number, step in enumerate(article.steps, 1)]
    return "\n".join([article.answer, "", *steps, "", *_cautions(article), _basis(article, SHOWN)])


def simple(article: Article) -> str:
    """说简单点: the first sentence of the answer, which answers, and what to do first."""
    return "\n".join([first_sentence(article.answer), f"先做这一步：{article.steps[0]}", *_cautions(article)])


def details(article: Article) -> str:
    """说详细点: the body as plain text, who helps, and every source."""
    who = f"谁来帮：{article.helper}"
    return "\n".join([plain(article.body), "", who, *_cautions(article), _basis(article, len(article.sources))])


def prepared(article: Article) -> str:
    """要带什么: what to bring or write down, one a line."""
    lines = ["要准备的：", *(f"· {item}" for item in article.prepare)] if article.prepare else [NOTHING]
    return "\n".join([*lines, *_cautions(article)])


def first_sentence(text: str) -> str:
    found = SENTENCE.match(text.strip())
    return found[0] if found else text


def _cautions(article: Article) -> list[str]:
    place = [PLACE] if article.status == "to_be_completed" and "时间" not in article.answer else []
    return [*place, *([OVERDUE] if article.overdue else [])]


def plain(markdown: str) -> str:
    """Headings, bullets, emphasis and links as a chat without Markdown shows them."""
    text = re.sub(r"^#{1,6}\s+", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"^[ \t]*[-*+]\s+", "· ", text, flags=re.MULTILINE)
    text = re.sub(r"(\*\*|__)(.+?)\1", r"\2", text)
    text = re.sub(r"`([^`]*)`", r"\1", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).strip()


def _basis(article: Article, limit: int) -> str:
    shown = "；".join(_source(source) for source in article.sources[:limit])
    more = f"；等{len(article.sources)}项" if len(article.sources) > limit else ""
    return f"依据{_region(article)}：{shown}{more}"


def _source(source: Source) -> str:
    """The date is that of the text relied on; passed or in force on it, 版 is true of both."""
    where = "" if source.article in source.title else source.article
    joint = "" if where.startswith("第") or not where else "·"
    return f"{source.title}{joint}{where}（{source.date.isoformat()}版）"


def _region(article: Article) -> str:
    """Marked 规定 only where a local rule is among the sources, else as meant for that place."""
    place = REGIONS.get(article.region)
    if place is None:
        return ""
    ruled = article.status == "verified" and any(LOCAL.search(source.title) for source in article.sources)
    return f"（含{place}规定）" if ruled else f"（{place}适用）"
