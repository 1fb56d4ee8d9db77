"""The dictionary of jieba and its most probable cut, in arrays: a tenth of the memory of its dict of prefixes."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Kept = tuple[bytes, bytes, bytes, int]

HAN = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")  # jieba's: what stands outside is never part of a word
LATIN = re.compile(r"[a-zA-Z0-9]")
BASE = np.uint64(0x9E3779B97F4A7C15)  # of the rolling hash; no two of the 350,000 words share one
PAIRS = 1 << 20  # places in the table of the longest word that begins with two characters; collisions cost only time
CHUNK = 40_000  # words hashed at once
GAP = "\0"
Hits = Mapping[int, list[tuple[int, float]]]  # start -> (end, logarithm of the count), the shortest word first


@dataclass(frozen=True, slots=True)
class Dictionary:
    _keys: Keys  # of all words, ascending
    _counts: NDArray[np.int32]
    _longest: NDArray[np.uint8]  # word, by its first two characters
    _total: float  # logarithm of the sum of all counts

    @classmethod
    def of(cls, kept: Kept) -> "Dictionary":
        keys, counts, longest, total = kept
        return cls(
            np.frombuffer(keys, np.uint64),
            np.frombuffer(counts, np.int32),
            np.frombuffer(longest, np.uint8),
            math.log(total),
        )

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """As `jieba.cut_for_search(text, HMM=False)`: of each word also the words of two and three letters in it."""
        parts = [HAN.split(text) for text in texts]
        hits = self._hits(GAP.join(GAP.join(part) for part in parts))
        found: list[list[str]] = []
        start = 0
        for part in parts:
            cut: list[str] = []
            for number, block in enumerate(part):
                cut.extend(self._block(block, start, hits) if number % 2 else block)
                start += len(block) + 1
            found.append(cut)
        return found

    def _block(self, block: str, start: int, hits: Hits) -> Iterator[str]:
        for begin, end in _joined(block, self._best(len(block), start, hits)):
            for size in (2, 3):
                if end - begin > size:
                    for inner in range(begin, end - size + 1):
                        if any(stop == start + inner + size for stop, _ in hits.get(start + inner, ())):
                            yield block[inner : inner + size]
            yield block[begin:end]

    def _best(self, size: int, start: int, hits: Hits) -> list[int]:
        """Where the word that begins at each place ends, on the most probable way to the end."""
        ways = [0.0] * (size + 1)
        ends = [0] * size
        total = self._total
        for place in range(size - 1, -1, -1):
            known = hits.get(start + place)
            if known is None:
                ways[place], ends[place] = ways[place + 1] - total, place + 1
            else:
                ways[place], ends[place] = max((gain - total + ways[end - start], end - start) for end, gain in known)
        return ends

    def _hits(self, text: str) -> Hits:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        places = np.arange(len(codes))
        far = np.append(self._longest[_pair(codes[:-1], codes[1:])], 1) if len(codes) else places
        letters = codes + np.uint64(1)
        hashed, wanted, ends = letters, [letters], [places + 1]
        for size in range(2, int(far.max(initial=0)) + 1):
            inside = np.nonzero(far >= size)[0]
            places, far = places[inside], np.minimum(far[inside], len(codes) - places[inside])
            hashed = hashed[inside] * BASE + letters[places + size - 1]
            wanted.append(hashed)
            ends.append(places + size)
        return self._known(wanted, ends)

    def _known(self, wanted: list[Keys], ends: list[NDArray[np.int64]]) -> Hits:
        hashed, stops = np.concatenate(wanted), np.concatenate(ends)
        sizes = np.repeat(np.arange(1, len(wanted) + 1), [len(part) for part in wanted])
        rows = np.minimum(np.searchsorted(self._keys, hashed), len(self._keys) - 1)
        good = np.nonzero(self._keys[rows] == hashed)[0]
        stops, gains = stops[good], np.log(self._counts[rows[good]])
        found: dict[int, list[tuple[int, float]]] = {}
        for begin, end, gain in zip((stops - sizes[good]).tolist(), stops.tolist(), gains.tolist(), strict=True):
            found.setdefault(begin, []).append((end, gain))
        return found


def _joined(block: str, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Words from left to right; single Latin letters and digits side by side are one."""
    place, latin = 0, -1
    while place < len(block):
        end = ends[place]
        if end - place == 1 and LATIN.match(block[place]):
            latin = place if latin < 0 else latin
        else:
            if latin >= 0:
                yield latin, place
                latin = -1
            yield place, end
        place = end
    if latin >= 0:
        yield latin, place


def made(own: Iterable[str], count: int) -> Kept:
    """The arrays of jieba's dictionary and of our own words, each of which counts `count`; plain values, to be kept."""
    keys: list[Keys] = []
    counts: list[NDArray[np.int32]] = []
    longest = np.ones(PAIRS, dtype=np.uint8)
    total = 0
    for words, weights in (*_shipped(), (extra := sorted(own), [count] * len(extra))):
        total += sum(weights)
        keys.append(_hashed(words))
        counts.append(np.array(weights, dtype=np.int32))
        long = [word for word in words if len(word) > 1]
        first, second = (np.array([ord(word[place]) for word in long], dtype=np.uint32) for place in (0, 1))
        np.maximum.at(longest, _pair(first, second), np.array([len(word) for word in long], dtype=np.uint8))
    # Of a word that stands there twice the last one counts.
    unique, last = np.unique(np.concatenate(keys)[::-1], return_index=True)
    weight = np.concatenate(counts)[::-1][last]
    real = weight > 0
    return unique[real].tobytes(), weight[real].tobytes(), longest.tobytes(), total


def _shipped() -> Iterator[tuple[list[str], list[int]]]:
    """The lines of jieba's file in pieces; jieba itself is not imported: its tables take memory for nothing."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba")
    words: list[str] = []
    counts: list[int] = []
    with (Path(spec.origin).parent / "dict.txt").open(encoding="utf-8") as file:
        for line in file:
            word, number = line.split(" ")[:2]
            words.append(word)
            counts.append(int(number))
            if len(words) == CHUNK:
                yield words, counts
                words, counts = [], []
    yield words, counts


def _pair(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (first * np.uint32(40_503) ^ second) & np.uint32(PAIRS - 1)


def _hashed(words: Sequence[str]) -> Keys:
    sizes = np.array([len(word) for word in words])
    codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    starts = np.cumsum(sizes) - sizes
    found = np.zeros(len(words), dtype=np.uint64)
    for place in range(int(sizes.max(initial=0))):
        rows = np.nonzero(sizes > place)[0]
        found[rows] = found[rows] * BASE + codes[starts[rows] + place] + np.uint64(1)
    return found
