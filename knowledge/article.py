"""An article as the rest of the program sees it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    article: str
    date: date
    fact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    title: str
    intents: tuple[str, ...]
    variants: tuple[str, ...]
    answer: str
    steps: tuple[str, ...]
    prepare: tuple[str, ...]  # what to bring or write down
    helper: str  # kind of unit that helps, never a person
    sources: tuple[Source, ...]
    region: str  # national, jiangsu, suzhou
    status: str  # verified, to_be_completed; draft, superseded and retired never answer
    valid_from: date | None
    valid_to: date | None
    review_by: date
    reviewed_by: str | None
    reviewed_on: date | None
    related: tuple[str, ...]
    body: str  # Markdown
    overdue: bool = False  # past review_by on the day it answers: said to her, and to staff

    def answers_on(self, day: date) -> bool:
        """Unverified, future and expired articles never answer."""
        return (
            self.status in {"verified", "to_be_completed"}
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    article: Article
    score: float  # 0..1, calibrated: how likely this article answers the question
    confident: bool  # score is above the threshold at which the bot answers with it
