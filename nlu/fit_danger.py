"""Fits the danger model for recall: every kind against everything else, hard negatives weighing more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from nlu.danger import NONE, DangerModel, Limits
from nlu.examples import Example
from nlu.fit import Sample, Strength, cross_logits, fit_head, fitted_temperature
from nlu.heads import Floats, Head, softmax
from nlu.rules import Findings
from nlu.understanding import Vector


@dataclass(frozen=True)
class DangerPlan:
    """`questions`: share of ordinary sentences that may be asked the gentle question; it sets the lower limit.
    `precision`: of what the classifier alone calls sure; `certainty`: of what it may ring for. `weight`: of a danger
    against an ordinary sentence. `veto`: below it a rule only suspects.
    """

    weight: float = 1.0
    strength: Strength = field(default_factory=lambda: Strength(5.0, grams=20.0, letters=0.5, sounds=0.3))
    folds: int = 3
    questions: float = 0.058
    precision: float = 0.75
    certainty: float = 0.92
    veto: float = 0.1


def fit_danger(
    examples: Sequence[Example], vectors: Vector, findings: Sequence[Findings], plan: DangerPlan
) -> DangerModel:
    """`examples` hold texts after the masks; `vectors` and `findings` are theirs, row by row."""
    labels = [item.danger or NONE for item in examples]
    sample = Sample.plain(vectors, [item.text for item in examples], labels, plan.folds)
    strength = replace(plan.strength, balance=_balance(labels, plan.weight))
    logits, names = cross_logits(sample, strength)
    temperature = fitted_temperature(logits, names, labels)
    danger = 1.0 - softmax(logits / temperature)[:, names.index(NONE)]
    certain = np.array([item.danger is not None and item.sure for item in examples])
    marked = np.array([item.danger is not None for item in examples])
    by_rule = np.array([bool(found.kinds) for found in findings])
    ordinary = np.array([item.danger is None and item.resembles is None for item in examples])
    low = float(np.quantile(np.where(by_rule, 1.0, danger)[ordinary], 1.0 - plan.questions))
    high = max(_precise(danger, marked, plan.precision), low)
    return DangerModel(
        head=fit_head(sample, strength).tempered(temperature),
        sure=_sure_head(vectors[marked], certain[marked]),
        limits=Limits(
            low=low,
            high=high,
            alarm=max(_precise(danger, marked, plan.certainty), high),
            veto=min(plan.veto, low),
            sure=0.5,
        ),
    )


def _balance(labels: Sequence[str], weight: float) -> dict[str, float]:
    """Rare kinds weigh more than frequent ones, by the root of their number."""
    counts = Counter(labels)
    kinds = len(counts) - 1
    usual = (len(labels) - counts[NONE]) / max(kinds, 1)
    return {label: 1.0 if label == NONE else weight * (usual / count) ** 0.5 for label, count in counts.items()}


def _precise(danger: Floats, marked: NDArray[np.bool_], precision: float) -> float:
    """The lowest limit from which on the wanted share of what is flagged is danger."""
    order = np.argsort(-danger)
    shares = np.cumsum(marked[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= precision)
    return float(danger[order][good[-1]]) if len(good) else 1.0


def _sure_head(vectors: Vector, certain: NDArray[np.bool_]) -> Head:
    """Among dangers: is it said (1) or only to be feared (0)?"""
    empty = np.zeros((0, 1), dtype=np.int8)
    if certain.all() or not certain.any():
        return Head(("sure",), np.zeros((vectors.shape[1], 1)), np.array([30.0]), empty, np.ones(1))
    model = LogisticRegression(C=3.0, max_iter=400).fit(vectors, certain)
    return Head(("sure",), model.coef_.T, model.intercept_, empty, np.ones(1)).stored()
