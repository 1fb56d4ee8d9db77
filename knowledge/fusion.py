"""From several kinds of closeness to one order and one honest probability."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Features

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Mode:
    """Coefficients for one set of features, made by `python -m knowledge.calibrate`."""

    features: tuple[str, ...]
    weights: tuple[float, ...]  # of the features, for the order
    odds: tuple[float, ...]  # of bias, score, margin and each feature, for the probability
    threshold: float  # a candidate answers from this probability on
    margin: float  # and only this far ahead of the next one

    def order(self, features: Features, prior: Scores) -> Scores:
        order: Scores = features @ self._slopes[0] + TOPIC_IN_ORDER * prior
        return order

    def probability(self, features: Features, scores: Scores, prior: Scores, leads: Scores | None = None) -> Scores:
        """`leads`: the margins of `scores`, when somebody has them already."""
        odds = self._slopes[1]
        ahead = margins(scores) if leads is None else leads
        logits = odds[0] + odds[1] * scores + odds[2] * ahead + features @ odds[3:] + TOPIC_IN_ODDS * prior
        chances: Scores = 1 / (1 + np.exp(-np.minimum(np.maximum(logits, -30), 30)))
        return chances

    @cached_property
    def _slopes(self) -> tuple[Scores, Scores]:
        return np.array(self.weights), np.array(self.odds)


# What the message's topic may add or take, in logits. Set by hand: a right topic lifts an article over its
# neighbours, a wrong one never hides it.
TOPIC_IN_ORDER = 1.0
TOPIC_IN_ODDS = 0.7


def traits(features: Features, scores: Scores) -> Features:
    """What the probability looks at: a column each for bias, score, lead over the best other one, and the features."""
    return np.column_stack([np.ones(len(scores)), scores, margins(scores), features])


def margins(scores: Scores) -> Scores:
    """How far each one is ahead of the best of the others; negative for all but the first."""
    if len(scores) < 2:
        return np.full(len(scores), 10.0)
    second, first = np.partition(scores, -2)[-2:]
    lead: Scores = np.minimum(np.maximum(np.where(scores == first, scores - second, scores - first), -10.0), 10.0)
    return lead


def load_modes(path: Path = CALIBRATION_FILE) -> dict[str, Mode]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Mode(
            features=tuple(entry["features"]),
            weights=tuple(entry["weights"]),
            odds=tuple(entry["odds"]),
            threshold=entry["threshold"],
            margin=entry["margin"],
        )
        for name, entry in raw.items()
    }


def save_modes(modes: dict[str, Mode], path: Path = CALIBRATION_FILE) -> None:
    path.write_text(json.dumps({name: asdict(mode) for name, mode in modes.items()}, indent=1) + "\n", encoding="utf-8")
