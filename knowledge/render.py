"""An article as the text a woman reads in the chat."""

import re

from knowledge.article import Article, Source

SHOWN = 3  # sources on the line under an answer; the details name them all
REGIONS = {"jiangsu": "江苏", "suzhou": "苏州"}
LOCAL = re.compile("江苏|苏州|苏财金|苏府|苏政")


def render(article: Article) -> str:
    """Answer, numbered steps, and one line with where it is written and of which date."""
    steps = [f"{number}. {step}" for number, step in enumerate(article.steps, 1)]
    notes = (
        ["时间和地点由工作人员告诉您。"] if article.status == "to_be_completed" and "时间" not in article.answer else []
    )
    return "\n".join([article.answer, "", *steps, "", *notes, _basis(article, SHOWN)])


def details(article: Article) -> str:
    """The body as plain text, and every source."""
    return f"{plain(article.body)}\n\n{_basis(article, len(article.sources))}"


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
