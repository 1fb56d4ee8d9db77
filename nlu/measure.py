"""Measures a model on labelled sentences: what was confused, how well it knows, where it should hold back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.evaluate import Parser, Scores, label_of, read_rows, scores
from nlu.taxonomy import group_of, taxonomy
from nlu.understanding import Understanding

BINS = 10
WANTED = 0.95  # group accuracy at which coverage is told


@dataclass(frozen=True)
class Answered:
    """One sentence and what was made of it; `group_chance` is all that spoke for the chosen group."""

    text: str
    gold: str
    said: str
    chance: float
    group_chance: float
    style: str

    @property
    def right(self) -> bool:
        return taxonomy().kin(self.gold, self.said)

    @property
    def group_right(self) -> bool:
        return group_of(self.gold) == group_of(self.said)


@dataclass(frozen=True)
class Bin:
    """Of a calibration plot: mean confidence, share that was right, number of sentences."""

    chance: float
    right: float
    count: int


@dataclass(frozen=True)
class Measured:
    """`intents` are labels where the set has only those. `accuracy` counts a confusion inside a kin as right;
    `coverage`: share answered while groups are 95 % right.
    """

    model: str
    answers: tuple[Answered, ...]
    intents: Mapping[str, Scores]
    macro_f1: float
    accuracy: float
    group_macro_f1: float
    ece: float
    bins: tuple[Bin, ...]
    coverage: float
    curve: tuple[tuple[float, float], ...]  # share answered, group accuracy

    @property
    def fine(self) -> bool:
        """Whether the set knows intents, not only labels."""
        return set(self.intents) <= set(taxonomy().intents)

    def worst(self, count: int) -> list[Answered]:
        """The wrong answers it was surest of."""
        return sorted((one for one in self.answers if not one.right), key=lambda one: -one.chance)[:count]

    def styles(self) -> dict[str, tuple[float, int]]:
        """Share that was right, and number, by style of writing."""
        found: dict[str, list[bool]] = {}
        for one in self.answers:
            found.setdefault(one.style, []).append(one.right)
        return {style: (sum(right) / len(right), len(right)) for style, right in sorted(found.items())}


def measure(interpreter: Parser, path: Path) -> Measured:
    """Rows {"text", "intent", "style"}, or {"text", "label", "alt_labels"} of real messages."""
    rows = read_rows(path)
    understood = interpreter.parse_many([row["text"] for row in rows])
    answers = tuple(_answered(row, one) for row, one in zip(rows, understood, strict=True))
    return measured(understood[0].model if understood else "", answers)


def _answered(row: Mapping[str, Any], one: Understanding) -> Answered:
    """An acceptable other label counts as the right one."""
    said = one.intent if "intent" in row else label_of(one)
    gold = row["intent"] if "intent" in row else said if said in (row.get("alt_labels") or ()) else row["label"]
    return Answered(row["text"], gold, said, one.confidence, _group_chance(one), str(row.get("style", "")))


def measured(model: str, answers: Sequence[Answered]) -> Measured:
    gold, said = [one.gold for one in answers], [one.said for one in answers]
    intents = {name: scores(name, gold, said) for name in sorted(set(gold))}
    groups = [group_of(name) for name in gold], [group_of(name) for name in said]
    by_group = [scores(name, *groups).f1 for name in sorted(set(groups[0]))]
    bins = calibration([one.chance for one in answers], [one.right for one in answers])
    curve = coverage_curve([one.group_chance for one in answers], [one.group_right for one in answers])
    return Measured(
        model=model,
        answers=tuple(answers),
        intents=intents,
        macro_f1=sum(each.f1 for each in intents.values()) / max(len(intents), 1),
        accuracy=sum(one.right for one in answers) / max(len(answers), 1),
        group_macro_f1=sum(by_group) / max(len(by_group), 1),
        ece=sum(abs(each.chance - each.right) * each.count for each in bins) / max(len(answers), 1),
        bins=bins,
        coverage=max((share for share, accuracy in curve if accuracy >= WANTED), default=0.0),
        curve=curve,
    )


def calibration(chances: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """Ten bins of equal width, the empty ones left out."""
    place = np.minimum((np.array(chances) * BINS).astype(int), BINS - 1)
    sure, good = np.array(chances), np.array(right, dtype=float)
    return tuple(
        Bin(float(sure[place == number].mean()), float(good[place == number].mean()), int((place == number).sum()))
        for number in range(BINS)
        if (place == number).any()
    )


def coverage_curve(chances: Sequence[float], right: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """Answering the surest 1, 2, 3 … sentences: the share answered and how many of them are right."""
    order = np.argsort(-np.array(chances), kind="stable")
    good = np.cumsum(np.array(right, dtype=float)[order])
    counts = np.arange(1, len(order) + 1)
    return tuple((float(count / len(order)), float(share)) for count, share in zip(counts, good / counts, strict=True))


def _group_chance(one: Understanding) -> float:
    others = sum(other.confidence for other in one.alternatives if group_of(other.intent) == one.group)
    return one.confidence + others
