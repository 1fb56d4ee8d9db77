"""The library: which article, if any, answers her question today."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType

import numpy as np

from knowledge.article import Article, Candidate
from knowledge.fusion import Mode, Scores, load_modes, margins
from knowledge.index import Index
from knowledge.load import load
from knowledge.vectors import WIDTH, Encode, Vectors
from knowledge.words import words

SAME_GROUP, LATER_TOPIC = 0.3, 0.5
_generations = count(1)


class Library:
    """Immutable once built; a new edition of the articles is a new Library."""

    def __init__(
        self,
        articles: Sequence[Article],
        encode: Encode,
        cache: Path | None = None,
        modes: Mapping[str, Mode] | None = None,
    ) -> None:
        self.articles: Mapping[str, Article] = MappingProxyType({article.id: article for article in articles})
        self.generation = next(_generations)
        self._modes = load_modes() if modes is None else modes
        self._order = tuple(articles)
        self._rows = _rows(self._order)
        self._index = Index(self._order, encode, cache)

    @classmethod
    def load(cls, folder: Path, encode: Encode, cache: Path | None = None) -> "Library":
        """Raises ArticleFaults with every fault of every file."""
        return cls(load(folder), encode, cache)

    def search(
        self, text: str, vector: Vectors | None, topics: Sequence[str], day: date, limit: int = 3
    ) -> list[Candidate]:
        """The closest articles that may answer on `day`, best first.

        Without `vector` (the encoder failed) words alone decide. `topics` are intents, most probable first; they
        help and never forbid. Only the first candidate can be confident.
        """
        open_rows = np.array(
            [row for row, article in enumerate(self._order) if article.answers_on(day)], dtype=np.int64
        )
        if not len(open_rows) or limit < 1 or all(word.isdigit() for word in words(text)):
            return []  # nothing to answer with, or nothing said
        usable = _usable(vector)
        mode = self._modes["words" if usable is None else "full"]
        features = self._index.features(text, usable)[open_rows]
        prior = self._prior(topics)[open_rows]
        scores = mode.order(features, prior)
        if not np.any(features[:, mode.features.index("words")]) and usable is None:
            return []  # not one word in common with anything
        chances = mode.probability(features, scores, prior)
        best = np.argsort(-scores, kind="stable")[:limit]
        sure = chances[best[0]] >= mode.threshold and margins(scores)[best[0]] >= mode.margin
        falling = np.minimum.accumulate(chances[best])  # a later one never claims more than the one before it
        return [
            Candidate(self._order[open_rows[row]], round(float(chance), 4), confident=bool(sure) and place == 0)
            for place, (row, chance) in enumerate(zip(best, falling, strict=True))
        ]

    def _prior(self, topics: Sequence[str]) -> Scores:
        """From -1 (none of the topics) to 1 (the first topic); 0 for all where nothing is known."""
        if not topics:
            return np.zeros(len(self._order))
        match = np.zeros(len(self._order))
        for topic in topics:
            match[self._rows.get(topic.partition("_")[0], [])] = SAME_GROUP
        for topic in reversed(topics):
            match[self._rows.get(topic, [])] = 1.0 if topic == topics[0] else LATER_TOPIC
        return match * 2 - 1


def _rows(articles: Sequence[Article]) -> dict[str, list[int]]:
    """Intent or group -> rows of the articles about it."""
    found: dict[str, list[int]] = {}
    for row, article in enumerate(articles):
        for name in {*article.intents, *(intent.partition("_")[0] for intent in article.intents)}:
            found.setdefault(name, []).append(row)
    return found


def _usable(vector: Vectors | None) -> Vectors | None:
    if vector is None or vector.shape != (WIDTH,) or not np.all(np.isfinite(vector)) or not np.any(vector):
        return None
    return vector
