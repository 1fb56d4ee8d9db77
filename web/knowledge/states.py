"""Where an article stands: what the list says about it, and under which filters it is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from knowledge.article import Article
from knowledge.load import parse
from store.articles import Version

FILTERS: Final = {
    "all": "全部",
    "review": "待审核",
    "waiting": "已改未批",
    "due": "到期复核",
    "scheduled": "排期",
    "unverified": "待补充",
    "expired": "已过期",
    "retired": "退役",
}
SOON: Final = 30  # days before review_by from which it stands in the to-do


@dataclass(frozen=True, slots=True)
class Standing:
    version: Version  # the newest that was not declined
    article: Article | None  # None: it cannot be read
    tags: frozenset[str]  # keys of FILTERS

    @property
    def title(self) -> str:
        return self.article.title if self.article else f"{self.version.name}（读不出来）"

    @property
    def words(self) -> str:
        """What the list shows after the title."""
        names = [FILTERS[tag] for tag in FILTERS if tag in self.tags and tag != "all"]
        return "、".join(names) or "在用"


def standings(newest: Sequence[Version], live: Mapping[str, Version], day: date) -> list[Standing]:
    return [_standing(version, live.get(version.name), day) for version in newest]


def _standing(version: Version, live: Version | None, day: date) -> Standing:
    article, _ = parse(f"{version.name}.md", version.text)
    if version.retired_at is not None:
        return Standing(version, article, frozenset({"all", "retired"} | _waiting(version)))
    tags = {"all"} | _waiting(version)
    if live is not None and live.confirmed_by is None and live.state == "approved":
        tags.add("review")
    if version.state == "approved" and version.valid_from is not None and version.valid_from > day:
        tags.add("scheduled")
    if article is not None:
        tags |= _age(article, day)
    return Standing(version, article, frozenset(tags))


def _waiting(version: Version) -> set[str]:
    return {"waiting"} if version.state == "waiting" else set()


def _age(article: Article, day: date) -> set[str]:
    found = {"unverified"} if article.status == "to_be_completed" else set()
    if (article.review_by - day).days <= SOON:
        found.add("due")
    if article.valid_to is not None and article.valid_to < day:
        found.add("expired")
    return found
