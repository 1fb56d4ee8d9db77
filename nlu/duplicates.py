"""Finds sentences that are the same but for a few characters, among thousands, without comparing every pair."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

LIMIT = 0.85  # of edit similarity: 1 - edits / length of the longer one


def bare(text: str) -> str:
    """Letters and digits only: punctuation and pictures make no other sentence."""
    return "".join(character for character in text.lower() if character.isalnum())


def near(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places in `texts` and `others` of each pair more alike than the limit; both hold bare texts.

    With d edits at most, one of d + 1 pieces of a sentence stands unchanged in the other one.
    """
    index: dict[str, set[int]] = {}
    for place, text in enumerate(others):
        for piece in _pieces(text):
            index.setdefault(piece, set()).add(place)
    sizes = sorted({len(piece) for piece in index})
    for number, text in enumerate(texts):
        seen = {text[start : start + size] for size in sizes for start in range(len(text) - size + 1)}
        for place in sorted({place for piece in seen for place in index.get(piece, ())}):
            if similar(text, others[place]):
                yield number, place


def near_within(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places, the earlier one first."""
    return ((one, other) for one, other in near(texts, texts) if one < other)


def similar(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    most = _edits(longest)
    return bool(longest) and abs(len(one) - len(other)) <= most and _distance(one, other, most) <= most


def _edits(length: int) -> int:
    """The most that leaves a similarity above the limit."""
    return max(-(-round(length * (1 - LIMIT) * 1000) // 1000) - 1, 0)


def _pieces(text: str) -> list[str]:
    count = min(_edits(round(len(text) / LIMIT) + 1) + 1, max(len(text), 1))
    cuts = [place * len(text) // count for place in range(count + 1)]
    return [text[start:end] for start, end in pairwise(cuts) if end > start]


def _distance(one: str, other: str, most: int) -> int:
    """Edits from one to the other; `most` + 1 where there are more."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for place, wanted in enumerate(other, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != wanted)))
        if min(row) > most:
            return most + 1
    return row[-1]
