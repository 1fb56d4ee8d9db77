"""BM25 over the words of short and long texts, as fast as a few array additions."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

SATURATION, LENGTH = 2.0, 0.6  # k1 and b; questions are short, so length says little
COMMON = 0.25  # share of the texts from which a word is kept as a whole column: faster to add, and smaller
SMALL, OFTEN = 5_000, 100  # with so few texts columns cost nothing: then from so many texts on


class BM25:
    """Scores of all texts for several queries at once."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """The texts are read one at a time: all their words at once would take a gigabyte for ten thousand articles."""
        self._ids: dict[str, int] = {}
        words, often = array("i"), array("i")
        sizes: list[int] = []
        different: list[int] = []
        for text in texts:
            counted = Counter(text)
            sizes.append(len(text))
            different.append(len(counted))
            words.extend([self._ids.setdefault(word, len(self._ids)) for word in counted])
            often.extend(counted.values())
        self.size = len(sizes)
        ids, counts = np.frombuffer(words, dtype=np.int32), np.frombuffer(often, dtype=np.int32).astype(np.float32)
        rows = np.repeat(np.arange(self.size, dtype=np.int32), different)
        known = np.bincount(ids, minlength=len(self._ids))
        self._weights = np.array([_rarity(self.size, found) for found in known.tolist()], dtype=np.float64)
        self._unseen = _rarity(self.size, 0)
        gains = self._weights.astype(np.float32)[ids] * counts * (SATURATION + 1)
        gains /= counts + _norm(sizes)[rows]
        order = np.argsort(ids, kind="stable")
        self._rows, self._gains = rows[order], gains[order]
        self._starts = np.concatenate([[0], np.cumsum(known)]).astype(np.int64)
        self._columns: dict[int, Scores] = {}
        for word in np.nonzero(known > (OFTEN if self.size <= SMALL else COMMON * self.size))[0].tolist():
            lines = slice(self._starts[word], self._starts[word + 1])
            self._columns[word] = np.zeros(self.size, dtype=np.float32)
            self._columns[word][self._rows[lines]] = self._gains[lines]
        self._ends = self._starts[1:].copy()
        self._ends[list(self._columns)] = self._starts[list(self._columns)]

    def shares(self, queries: Sequence[Iterable[str]]) -> Scores:
        """One line a query, one value a text, as a share of the best a text could reach.

        Words that no text knows count for that best too: a question about something else stays far from 1.
        """
        asked = [set(query) for query in queries]
        known = [[self._ids[word] for word in words if word in self._ids] for words in asked]
        words = np.array([word for line in known for word in line], dtype=np.int64)
        lines = np.repeat(np.arange(len(asked)), [len(line) for line in known])
        unseen = np.array([len(words) - len(line) for words, line in zip(asked, known, strict=True)])
        cover = np.bincount(lines, self._weights[words], minlength=len(asked)) + self._unseen * unseen
        found = self._added(words, lines, len(asked))
        for line, ids in enumerate(known):
            for word in ids:
                if word in self._columns:
                    found[line] += self._columns[word]
        found /= np.maximum(cover, 1.0).astype(np.float32)[:, None]
        return found

    def _added(self, words: NDArray[np.int64], lines: NDArray[np.int64], size: int) -> Scores:
        """What the words without a column add, all of them in one go."""
        starts, ends = self._starts[words], self._ends[words]
        places = spread(starts, ends - starts)
        cells = self._rows[places] + np.repeat(lines * self.size, ends - starts)
        found = np.bincount(cells, self._gains[places], minlength=size * self.size)
        return found.astype(np.float32).reshape(size, self.size)


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
        often, norms = np.array(counts, dtype=np.float32), np.repeat(_norm(sizes), held)
        self._gains = (self._weights[self._words] * often * (SATURATION + 1) / (often + norms)).astype(np.float32)

    def scores(self, query: Iterable[str], texts: NDArray[np.int64]) -> Scores:
        """One value for each of `texts`, as a share of the best a text could reach."""
        asked = set(query)
        wanted = np.zeros(len(self._ids) + 1, dtype=np.float32)
        wanted[[self._ids[word] for word in asked if word in self._ids]] = 1
        sizes = self._starts[texts + 1] - self._starts[texts]
        ends = np.cumsum(sizes)
        places = spread(self._starts[texts], sizes)
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


def spread(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers start, start + 1, … of every stretch, one stretch after the other."""
    ends = np.cumsum(sizes)
    found: NDArray[np.int64] = np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
    return found


def _rarity(size: int, rows: int) -> float:
    return float(np.log(1 + (size - rows + 0.5) / (rows + 0.5)))
