"""The library: which article, if any, answers her question today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article, Candidate
from knowledge.fusion import Mode, Scores, load_modes, margins
from knowledge.index import Index, Seen
from knowledge.load import load
from knowledge.parameters import Parameters, load_parameters
from knowledge.today import answerable, filled, newest
from knowledge.vectors import WIDTH, Encode, Vectors
from knowledge.words import WORD, folded, words_of

SAME_GROUP, LATER_TOPIC = 0.3, 0.5
NOWHERE = np.array([], dtype=np.int64)
DAYS_KEPT = 4
_generations = count(1)


@dataclass(frozen=True, slots=True)
class Query:
    """What `Library.search` is asked, as data."""

    text: str
    vector: Vectors | None
    topics: Sequence[str]
    day: date


@dataclass(frozen=True, slots=True)
class _Day:
    """What may answer on one day, and how it then reads."""

    day: date
    rows: NDArray[np.int64]
    may_answer: frozenset[int]
    filled: dict[int, Article]


class Library:
    """Immutable once built; a new edition of the articles is a new Library."""

    def __init__(
        self,
        articles: Sequence[Article],
        encode: Encode,
        cache: Path | None = None,
        modes: Mapping[str, Mode] | None = None,
        parameters: Parameters | None = None,
    ) -> None:
        self.parameters = load_parameters() if parameters is None else parameters
        self.articles: Mapping[str, Article] = MappingProxyType({article.id: article for article in articles})
        self.generation = next(_generations)
        self._modes = load_modes() if modes is None else modes
        self._order = tuple(articles)
        self._places = {article.id: row for row, article in enumerate(self._order)}
        self._rows = _rows(self._order)
        self._titles = _titles(self._order)
        self._days: dict[date, _Day] = {}
        self._index = Index([newest(article, self.parameters) for article in self._order], encode, cache)

    @classmethod
    def load(cls, folder: Path, encode: Encode, cache: Path | None = None) -> "Library":
        """Raises ArticleFaults with every fault of every file."""
        return cls(load(folder), encode, cache)

    def find(self, article_id: str, day: date) -> Article | None:
        """The article as it answers on that day; None when it may not."""
        row, today = self._places.get(article_id), self._day(day)
        return self._as_of(row, today) if row is not None and row in today.may_answer else None

    def _day(self, day: date) -> "_Day":
        known = self._days.get(day)
        if known is None:
            rows = [row for row, article in enumerate(self._order) if answerable(article, self.parameters, day)]
            if len(self._days) >= DAYS_KEPT:
                self._days = {}  # another thread may still be reading the old ones
            known = self._days[day] = _Day(day, np.array(rows, dtype=np.int64), frozenset(rows), {})
        return known

    def _as_of(self, row: int, today: "_Day") -> Article:
        if row not in today.filled:
            today.filled[row] = filled(self._order[row], self.parameters, today.day)
        return today.filled[row]

    def search(
        self, text: str, vector: Vectors | None, topics: Sequence[str], day: date, limit: int = 3
    ) -> list[Candidate]:
        """The closest articles that may answer on `day`, best first.

        Without `vector` (the encoder failed) words alone decide. `topics` are intents, most probable first; they
        help and never forbid. Only the first candidate can be confident.
        """
        return self.search_many([Query(text, vector, topics, day)], limit)[0]

    def search_many(self, queries: Sequence[Query], limit: int = 3) -> list[list[Candidate]]:
        """As `search`, for what waits at the same time: most of the work is the same for one and for sixteen."""
        found: list[list[Candidate]] = [[] for _ in queries]
        said = words_of([query.text for query in queries])
        vectors = [_usable(query.vector) for query in queries]
        for with_vector in (True, False):
            places = [
                place
                for place, (vector, spoken) in enumerate(zip(vectors, said, strict=True))
                if (vector is not None) == with_vector and not all(word.isdigit() for word in spoken)  # something said
            ]
            if not places or limit < 1:
                continue
            stacked = (
                np.stack([near for place in places if (near := vectors[place]) is not None]) if with_vector else None
            )
            seen = self._index.see_many([queries[p].text for p in places], stacked, [said[p] for p in places])
            for place, one in zip(places, seen, strict=True):
                found[place] = self._ranked(queries[place], one, vectors[place], limit)
        return found

    def _ranked(self, query: Query, seen: Seen, vector: Vectors | None, limit: int) -> list[Candidate]:
        today = self._day(query.day)
        if not today.may_answer:
            return []
        mode = self._modes["words" if vector is None else "full"]
        rows = self._index.pick(seen, today.rows)
        features = self._index.features(seen, vector, rows)
        prior = self._prior(query.topics)[rows]
        scores = mode.order(features, prior)
        if vector is None and not np.any(features[:, mode.features.index("words")]):
            return []  # not one word in common with anything
        leads = margins(scores)
        chances = mode.probability(features, scores, prior, leads)
        named = rows == self._titles.get(_bare(query.text), -1)
        chances[named] = 1.0  # her words are a question the article itself puts: a button, or what staff added
        best = np.lexsort((-scores, ~named))[:limit]
        lead = leads[best[0]] >= mode.margin or bool(named[best[0]])
        sure = chances[best[0]] >= mode.threshold and lead
        falling = np.minimum.accumulate(chances[best])  # a later one never claims more than the one before it
        return [
            Candidate(
                self._as_of(int(rows[row]), today),
                round(float(chance), 4),
                confident=bool(sure) and place == 0,
            )
            for place, (row, chance) in enumerate(zip(best, falling, strict=True))
        ]

    def _prior(self, topics: Sequence[str]) -> Scores:
        """From -1 (none of the topics) to 1 (the first topic); 0 for all where nothing is known."""
        if not topics:
            return np.zeros(len(self._order))
        match = np.zeros(len(self._order))
        for topic in topics:
            match[self._rows.get(topic.partition("_")[0], NOWHERE)] = SAME_GROUP
        for topic in reversed(topics):
            match[self._rows.get(topic, NOWHERE)] = 1.0 if topic == topics[0] else LATER_TOPIC
        match *= 2
        match -= 1
        return match


def _bare(text: str) -> str:
    return "".join(WORD.findall(folded(text)))


def _titles(articles: Sequence[Article]) -> dict[str, int]:
    """Title or variant -> row; one that several articles put is left out, a title goes before a variant."""
    found: dict[str, int] = {}
    for texts in (lambda one: one.variants, lambda one: (one.title,)):
        several: set[str] = set()
        own: dict[str, int] = {}
        for row, article in enumerate(articles):
            for text in {_bare(text) for text in texts(article)}:
                several |= {text} & own.keys()
                own[text] = row
        found |= {text: row for text, row in own.items() if text not in several}
    return found


def _rows(articles: Sequence[Article]) -> dict[str, NDArray[np.int64]]:
    """Intent or group -> rows of the articles about it."""
    found: dict[str, list[int]] = {}
    for row, article in enumerate(articles):
        for name in {*article.intents, *(intent.partition("_")[0] for intent in article.intents)}:
            found.setdefault(name, []).append(row)
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}


def _usable(vector: Vectors | None) -> Vectors | None:
    if vector is None or vector.shape != (WIDTH,) or not np.all(np.isfinite(vector)) or not np.any(vector):
        return None
    return vector
