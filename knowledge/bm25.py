"""BM25 over the words of short and long texts, as fast as a few array additions."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

SATURATION, LENGTH = 2.0, 0.6  # k1 and b; questions are short, so length says little
COMMON = 0.25  # share of the texts from which a word is kept as a whole column: faster to add, and smaller


class BM25:
    """Scores of all texts for a query; `cover` is the best a text could reach, to compare queries of any length."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """The texts are read one at a time: all their words at once would take a gigabyte for ten thousand articles."""
        found: dict[str, tuple[array[int], array[int]]] = {}
        sizes: list[int] = []
        for row, text in enumerate(texts):
            sizes.append(len(text))
            for word, count in Counter(text).items():
                places, numbers = found.setdefault(word, (array("i"), array("i")))
                places.append(row)
                numbers.append(count)
        self.size = len(sizes)
        norm = _norm(sizes)
        self._weights = {word: _rarity(self.size, len(where)) for word, (where, _) in found.items()}
        self._unseen = _rarity(self.size, 0)
        self._columns: dict[str, Scores] = {}
        self._postings: dict[str, tuple[NDArray[np.int32], Scores]] = {}
        for word, (where, often) in found.items():
            rows, counts = np.array(where, dtype=np.int32), np.array(often, dtype=np.float32)
            gains = (self._weights[word] * counts * (SATURATION + 1) / (counts + norm[rows])).astype(np.float32)
            if len(rows) > COMMON * self.size:
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

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._ids: dict[str, int] = {}
        words, counts, held, sizes = array("i"), array("i"), array("i"), []
        for text in texts:
            counted = Counter(text)
            sizes.append(len(text))
            held.append(len(counted))
            words.extend(self._ids.setdefault(word, len(self._ids)) for word in counted)
            counts.extend(counted.values())
        self._words = np.array(words, dtype=np.int32)
        seen = np.bincount(self._words, minlength=len(self._ids)) if len(words) else np.zeros(0, dtype=np.int64)
        self._weights = np.array([_rarity(len(sizes), int(rows)) for rows in seen], dtype=np.float32)
        self._unseen = _rarity(len(sizes), 0)
        self._starts = np.concatenate([[0], np.cumsum(np.array(held, dtype=np.int64))]).astype(np.int64)
        often, spread = np.array(counts, dtype=np.float32), np.repeat(_norm(sizes), held)
        self._gains = (self._weights[self._words] * often * (SATURATION + 1) / (often + spread)).astype(np.float32)

    def scores(self, query: Iterable[str], texts: NDArray[np.int64]) -> Scores:
        """One value for each of `texts`, as a share of the best a text could reach."""
        asked = set(query)
        wanted = np.zeros(len(self._ids) + 1, dtype=np.float32)
        wanted[[self._ids[word] for word in asked if word in self._ids]] = 1
        starts, sizes = self._starts[texts], self._starts[texts + 1] - self._starts[texts]
        ends = np.cumsum(sizes)
        places = np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
        gained = np.concatenate([[0], np.cumsum(wanted[self._words[places]] * self._gains[places], dtype=np.float64)])
        cover = sum(float(self._weights[self._ids[w]]) if w in self._ids else self._unseen for w in asked)
        found: Scores = ((gained[ends] - gained[ends - sizes]) / max(cover, 1.0)).astype(np.float32)
        return found


def _norm(sizes: Sequence[int]) -> Scores:
    """How much a text's length holds its words back."""
    lengths = np.array(sizes, dtype=np.float32)
    mean = max(float(lengths.mean()) if len(lengths) else 1.0, 1.0)
    norm: Scores = (SATURATION * (1 - LENGTH + LENGTH * lengths / mean)).astype(np.float32)
    return norm


def _rarity(size: int, rows: int) -> float:
    return float(np.log(1 + (size - rows + 0.5) / (rows + 0.5)))
