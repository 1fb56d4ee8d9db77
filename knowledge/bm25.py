"""BM25 over the words of short and long texts, as fast as a few array additions."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

SATURATION, LENGTH = 2.0, 0.6  # k1 and b; questions are short, so length says little


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
        self._weights = {word: self._weight(len(rows)) for word, rows in postings.items()}
        self._unseen = self._weight(0)
        self._postings = {
            word: (
                np.array([row for row, _ in rows]),
                np.array(
                    [self._weights[word] * n * (SATURATION + 1) / (n + norm[row]) for row, n in rows], dtype=np.float32
                ),
            )
            for word, rows in postings.items()
        }

    def _weight(self, rows: int) -> float:
        return float(np.log(1 + (self.size - rows + 0.5) / (rows + 0.5)))

    def scores(self, query: Iterable[str]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        for word in set(query):
            if word in self._postings:
                rows, gains = self._postings[word]
                found[rows] += gains
        return found

    def cover(self, query: Iterable[str]) -> float:
        """Words that no text knows count too: a question about something else stays far from 1."""
        return sum(self._weights.get(word, self._unseen) for word in set(query))
