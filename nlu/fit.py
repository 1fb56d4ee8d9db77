"""Fits the heads on labelled examples; needs scikit-learn, so it runs in the trainer environment only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar  # type: ignore[import-untyped]  # trainer only, ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # the same
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlu.grams import BUCKETS, hashed
from nlu.heads import Floats, Head, quantised, sigmoid, softmax
from nlu.understanding import Vector

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Strength:
    """Inverse regularisation of both halves, the n-grams' share of the evidence (0: none), weights of the classes."""

    sentence: float = 6.0
    grams: float = 20.0
    share: float = 0.5
    balance: dict[str, float] | None = None


@dataclass(frozen=True)
class Sample:
    vectors: Vector
    texts: Sequence[str]
    labels: Sequence[str]

    def part(self, rows: Indices) -> "Sample":
        return Sample(self.vectors[rows], [self.texts[i] for i in rows], [self.labels[i] for i in rows])


def fit_head(sample: Sample, strength: Strength) -> Head:
    """Temperature 1; quantised, so that it is what will be read back."""
    names = tuple(sorted(set(sample.labels)))
    sentence, bias = _fit(sample.vectors.astype(np.float64), sample.labels, strength.sentence, strength)
    grams, scale = np.zeros((0, len(names)), dtype=np.int8), np.ones(len(names))
    if strength.share > 0:
        weights, gram_bias = _fit(_sparse(sample.texts), sample.labels, strength.grams, strength)
        grams, scale = quantised(strength.share * weights)
        bias = bias + strength.share * gram_bias
    return Head(names, sentence, bias, grams, scale).stored()


def cross_logits(sample: Sample, strength: Strength, folds: int) -> tuple[Floats, tuple[str, ...]]:
    """Evidence for each example from a head that did not see it."""
    names = tuple(sorted(set(sample.labels)))
    logits = np.full((len(sample.texts), len(names)), -30.0)
    splits = StratifiedKFold(folds, shuffle=True, random_state=0)
    for seen, unseen in splits.split(sample.vectors, sample.labels):
        head = fit_head(sample.part(seen), strength)
        held = sample.part(unseen)
        columns = [names.index(label) for label in head.labels]
        logits[np.ix_(unseen, columns)] = head.logits(held.vectors, held.texts)
    return logits, names


def fitted_temperature(logits: Floats, names: Sequence[str], labels: Sequence[str]) -> float:
    """The temperature at which the right labels are most likely."""
    rows, right = np.arange(len(labels)), np.array([names.index(label) for label in labels])

    def surprise(log_temperature: float) -> float:
        chances = softmax(logits / np.exp(log_temperature))
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


def _fit(
    features: Floats | csr_matrix, labels: Sequence[str], inverse: float, strength: Strength
) -> tuple[Floats, Floats]:
    """Weights (features, classes) and bias in the order of the sorted labels; two classes give opposite columns."""
    model = LogisticRegression(C=inverse, max_iter=400, tol=1e-3, class_weight=strength.balance)
    model.fit(features, labels)
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias


def _sparse(texts: Sequence[str]) -> csr_matrix:
    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        indices, weights = hashed(text)
        rows.append(np.full(len(indices), number))
        columns.append(indices)
        values.append(weights)
    return csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(texts), BUCKETS)
    )
