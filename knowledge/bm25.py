"""BM25 over the words of short and long texts, as fast as a few array additions."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

SATURATION, LENGTH = 2.0, 0.6  # k1 and b; questions are short, so length says little
COMMON = 0.25  # share of the texts from which a word is kept as a whole column: faster to add, and smaller


class BM25:
    """Scores of all texts for a query; `cover` is the best a text could reach, to compare queries of any length."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        norm = SATURATION * (1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()) if texts else 1.0, 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, text in enumerate(texts):
            for word, count in Counter(text).items():
                postings.setdefault(word, []).append((row, count))
        self._weights = {word: _rarity(self.size, len(rows)) for word, rows in postings.items()}
        self._unseen = _rarity(self.size, 0)
        self._columns: dict[str, Scores] = {}
        self._postings: dict[str, tuple[NDArray[np.int32], Scores]] = {}
        for word, found in postings.items():
            counts = np.array([count for _, count in found], dtype=np.float32)
            rows = np.array([row for row, _ in found], dtype=np.int32)
            gains = (self._weights[word] * counts * (SATURATION + 1) / (counts + norm[rows])).astype(np.float32)
            if len(found) > COMMON * self.size:
                self._columns[word] = np.zeros(self.size, dtype=np.float32)
                self._columns[word][rows] = gains
            else:
                self._postings[word] = (rows, gains)

    def scores(self, query: Iterable[str]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        for word in set(query):
            column = self._columns.get(word)
            if column is not None:
                found += column
            elif word in self._postings:
                rows, gains = self._postings[word]
                found[rows] += gains
        return found

    def cover(self, query: Iterable[str]) -> float:
        """Words that no text knows count too: a question about something else stays far from 1."""
        return sum(self._weights.get(word, self._unseen) for word in set(query))


class Forward:
    """The same score for a few chosen texts only: the words of each text lie side by side."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._ids: dict[str, int] = {}
        counted = [Counter(text) for text in texts]
        seen: Counter[str] = Counter(word for text in counted for word in text)
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        norm = SATURATION * (1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()) if texts else 1.0, 1.0))
        self._weights = {word: _rarity(len(texts), rows) for word, rows in seen.items()}
        self._unseen = _rarity(len(texts), 0)
        self._starts = np.concatenate([[0], np.cumsum([len(text) for text in counted])]).astype(np.int64)
        self._words = np.array(
            [self._ids.setdefault(word, len(self._ids)) for text in counted for word in text], dtype=np.int32
        )
        counts = np.array([count for text in counted for count in text.values()], dtype=np.float32)
        weights = np.array([self._weights[word] for text in counted for word in text], dtype=np.float32)
        spread = np.repeat(norm, [len(text) for text in counted]) if texts else norm
        self._gains = (weights * counts * (SATURATION + 1) / (counts + spread)).astype(np.float32)

    def scores(self, query: Iterable[str], texts: NDArray[np.int64]) -> Scores:
        """One value for each of `texts`, as a share of the best a text could reach."""
        asked = set(query)
        wanted = np.zeros(len(self._ids) + 1, dtype=np.float32)
        wanted[[self._ids[word] for word in asked if word in self._ids]] = 1
        starts, sizes = self._starts[texts], self._starts[texts + 1] - self._starts[texts]
        ends = np.cumsum(sizes)
        places = np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
        gained = np.concatenate([[0], np.cumsum(wanted[self._words[places]] * self._gains[places], dtype=np.float64)])
        cover = sum(self._weights.get(word, self._unseen) for word in asked)
        found: Scores = ((gained[ends] - gained[ends - sizes]) / max(cover, 1.0)).astype(np.float32)
        return found


def _rarity(size: int, rows: int) -> float:
    return float(np.log(1 + (size - rows + 0.5) / (rows + 0.5)))
