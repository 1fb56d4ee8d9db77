"""Dated parameters: every number that a law may change, kept once, with its source and the days it holds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.article import Article

PARAMETERS_FILE = Path(__file__).with_name("parameters.yml")
REFERENCE = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")


class MissingParameter(LookupError):
    """No value of this name holds on that day: what refers to it must not answer."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    zh: str
    value: str
    unit: str
    law: str
    article: str
    dated: date  # of the text relied on
    fact: str | None  # row of facts.yml; None for a value that staff entered and a second person approved
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def shown(self) -> str:
        return f"{self.value}{self.unit}"

    @property
    def source(self) -> str:
        return f"{self.law}{self.article}（{self.dated.isoformat()}版）"

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Parameters:
    """Rows of one name in order of their age: of those that hold on a day the last one counts."""

    def __init__(self, rows: Iterable[Parameter] = ()) -> None:
        self.rows = tuple(rows)
        self._by_name: dict[str, list[Parameter]] = {}
        for row in self.rows:
            self._by_name.setdefault(row.name, []).append(row)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._by_name)

    def find(self, name: str, day: date) -> Parameter | None:
        return next((row for row in reversed(self._by_name.get(name, [])) if row.holds_on(day)), None)

    def on(self, name: str, day: date) -> Parameter:
        """Raises MissingParameter."""
        found = self.find(name, day)
        if found is None:
            raise MissingParameter(name)
        return found

    def number(self, name: str, day: date) -> int:
        """The value as a whole number, for a calculator. Raises MissingParameter when it is none."""
        value = self.on(name, day).value
        if not value.isdigit():
            raise MissingParameter(name)
        return int(value)

    def fill(self, text: str, day: date) -> str:
        """`{{ name }}` becomes value and unit. Raises MissingParameter."""
        return REFERENCE.sub(lambda found: self.on(found[1], day).shown, text)

    def newest(self, text: str) -> str:
        """Filled whatever the day, for the search index; a name nobody knows is left out."""
        return REFERENCE.sub(lambda found: rows[-1].shown if (rows := self._by_name.get(found[1])) else "", text)


def names_in(article: Article) -> frozenset[str]:
    texts = (article.answer, *article.steps, *article.prepare, article.body)
    return frozenset(name for text in texts for name in REFERENCE.findall(text))


def used_by(articles: Iterable[Article]) -> Mapping[str, tuple[str, ...]]:
    """Parameter name -> ids of the articles that refer to it."""
    found: dict[str, list[str]] = {}
    for article in articles:
        for name in sorted(names_in(article)):
            found.setdefault(name, []).append(article.id)
    return {name: tuple(ids) for name, ids in found.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that a calculator needs and nobody has verified."""

    name: str
    zh: str


def load_wanted(path: Path = PARAMETERS_FILE) -> tuple[Wanted, ...]:
    return tuple(Wanted(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["wanted"])


def load_parameters(path: Path = PARAMETERS_FILE) -> Parameters:
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["parameters"]
    return Parameters(Parameter(**{**entry, "value": str(entry["value"])}) for entry in entries)
