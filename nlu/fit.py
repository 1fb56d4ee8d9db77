"""Fits the heads on labelled examples; needs scikit-learn, so it runs in the trainer environment only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar  # type: ignore[import-untyped]  # trainer only, ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # the same
from sklearn.model_selection import StratifiedKFold

from nlu.grams import BUCKETS
from nlu.heads import Floats, Head, quantised, sigmoid, softmax, traces
from nlu.solve import Task, softmax_regression
from nlu.understanding import Vector

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Strength:
    """Inverse regularisation of the sentence's part and of the n-grams; what letters and sounds add to the evidence
    (no letters: no n-grams at all); weights of the classes.
    """

    sentence: float = 3.0
    grams: float = 8.0
    letters: float = 0.45
    sounds: float = 0.4
    balance: dict[str, float] | None = None


STEPS = {"sentence": 100, "grams": 50}


@dataclass(frozen=True)
class Sample:
    """`heft`: weights of the rows. `folds`: in which part of the cross-validation a row is held out, or `invented`."""

    vectors: Vector
    texts: Sequence[str]
    labels: Sequence[str]
    heft: Floats
    folds: Indices

    @classmethod
    def plain(cls, vectors: Vector, texts: Sequence[str], labels: Sequence[str], folds: int) -> "Sample":
        number = np.zeros(len(texts), dtype=np.int64)
        splits = StratifiedKFold(folds, shuffle=True, random_state=0)
        for part, (_, held) in enumerate(splits.split(vectors, labels)):
            number[held] = part
        return cls(vectors, texts, labels, np.ones(len(texts)), number)

    def part(self, rows: Indices) -> "Sample":
        return Sample(
            self.vectors[rows],
            [self.texts[i] for i in rows],
            [self.labels[i] for i in rows],
            self.heft[rows],
            self.folds[rows],
        )


def fit_head(sample: Sample, strength: Strength) -> Head:
    """Temperature 1; quantised, so that it is what will be read back."""
    names = tuple(sorted(set(sample.labels)))
    places = {name: place for place, name in enumerate(names)}
    balance = strength.balance or {}
    task = Task(
        np.array([places[label] for label in sample.labels]),
        len(names),
        sample.heft * np.array([balance.get(label, 1.0) for label in sample.labels]),
    )
    sentence, bias = softmax_regression(sample.vectors, task, strength.sentence, STEPS["sentence"])
    grams, scale = np.zeros((0, len(names)), dtype=np.int8), np.ones(len(names))
    if strength.letters > 0:
        weights, gram_bias = _grams_part(sample.texts, task, strength)
        grams, scale = quantised(weights)
        bias = bias + gram_bias
    return Head(names, sentence, bias, grams, scale).stored()


def _grams_part(texts: Sequence[str], task: Task, strength: Strength) -> tuple[Floats, Floats]:
    """Letters and sounds are learned apart: together, the letters would explain the sounds away."""
    rows = _sparse(texts)
    letters, first = softmax_regression(rows[:, :BUCKETS], task, strength.grams, STEPS["grams"])
    sounds, second = softmax_regression(rows[:, BUCKETS:], task, strength.grams, STEPS["grams"])
    both = np.concatenate([strength.letters * letters, strength.sounds * sounds])
    return both, strength.letters * first + strength.sounds * second


def cross_logits(sample: Sample, strength: Strength) -> tuple[Floats, tuple[str, ...]]:
    """Evidence for each row that is not invented, from a head that saw nothing of its part."""
    names = tuple(sorted(set(sample.labels)))
    asked = np.flatnonzero(sample.folds >= 0)
    logits = np.full((len(asked), len(names)), -30.0)
    for part in range(int(sample.folds.max()) + 1):
        head = fit_head(
            sample.part(np.flatnonzero((sample.folds != part) & (sample.folds != invented(part)))), strength
        )
        rows = np.flatnonzero(sample.folds[asked] == part)
        held = sample.part(asked[rows])
        columns = np.array([names.index(label) for label in head.labels])
        logits[np.ix_(rows, columns)] = head.logits(held.vectors, held.texts)
    return logits, names


def invented(part: int) -> int:
    """The number of rows put together from sentences of one part: never seen beside it held out, never asked."""
    return -1 - part


def fitted_temperature(
    logits: Floats, names: Sequence[str], labels: Sequence[str], then: Callable[[Floats], Floats] = softmax
) -> float:
    """The temperature at which the right labels are most likely; `then` makes chances of tempered evidence."""
    rows, right = np.arange(len(labels)), np.array([names.index(label) for label in labels])

    def surprise(log_temperature: float) -> float:
        chances = then(logits / np.exp(log_temperature))
        return float(-np.log(np.maximum(chances[rows, right], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2.0, 2.0), method="bounded").x))


def fit_many(vectors: Floats, targets: NDArray[np.bool_], inverse: float) -> tuple[Floats, Floats]:
    """One yes-or-no logistic regression a column, all at once: one by one they take fifty times as long."""
    shape, wanted = (vectors.shape[1] + 1, targets.shape[1]), targets.astype(np.float64)
    features = np.hstack([vectors, np.ones((len(vectors), 1))])

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = features @ weights
        penalty = weights.copy()
        penalty[-1] = 0.0  # the bias is free
        surprise = np.logaddexp(0.0, logits).sum() - (logits * wanted).sum()
        slope = features.T @ (sigmoid(logits) - wanted) + penalty / inverse
        return float(surprise + (penalty**2).sum() / (2 * inverse)), slope.ravel()

    fitted = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    weights = fitted.reshape(shape)
    return weights[:-1], weights[-1]


def best_threshold(scores: Floats, worth: Callable[[NDArray[np.bool_]], float]) -> float:
    """The score from which on accepting is worth most."""
    candidates = np.unique(np.quantile(scores, np.linspace(0.0, 0.99, 200)))
    gains = [worth(scores >= candidate) for candidate in candidates]
    return float(candidates[int(np.argmax(gains))])


def _sparse(texts: Sequence[str]) -> csr_matrix:
    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        indices, weights = traces(text)
        rows.append(np.full(len(indices), number))
        columns.append(indices)
        values.append(weights)
    return csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(texts), 2 * BUCKETS)
    )
