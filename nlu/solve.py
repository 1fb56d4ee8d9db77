"""Multinomial logistic regression by L-BFGS on dense or sparse rows; trainer only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # trainer only, ships no types
from scipy.sparse import issparse  # type: ignore[import-untyped]  # the same

Floats = NDArray[np.float64]
MEMORY = 8  # corrections of L-BFGS


@dataclass(frozen=True)
class Task:
    """`labels` are numbers of classes, `heft` the weights of the rows."""

    labels: NDArray[np.int64]
    classes: int
    heft: Floats

    def part(self, rows: NDArray[np.int64]) -> "Task":
        return Task(self.labels[rows], self.classes, self.heft[rows])


def softmax_regression(rows: Any, task: Task, inverse: float, steps: int) -> tuple[Floats, Floats]:
    """Weights (features, classes) and bias, with an L2 penalty of 1 / `inverse`; few steps are a penalty of their own.

    `rows` is an array or a scipy matrix. Products run in float32, twice as fast; the sums that decide are double.
    """
    rows = rows.astype(np.float32)
    turned = rows.T.tocsr() if issparse(rows) else np.ascontiguousarray(rows.T)
    shape, order = (rows.shape[1] + 1, task.classes), np.arange(len(task.labels))

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = np.asarray(rows @ weights[:-1].astype(np.float32), dtype=np.float64) + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        sums = chances.sum(axis=1)
        surprise = task.heft @ (np.log(sums) - logits[order, task.labels])
        chances /= sums[:, np.newaxis]
        chances[order, task.labels] -= 1.0
        chances *= task.heft[:, np.newaxis]
        slope = np.empty(shape)
        slope[:-1] = np.asarray(turned @ chances.astype(np.float32), dtype=np.float64) + weights[:-1] / inverse
        slope[-1] = chances.sum(axis=0)
        return float(surprise + (weights[:-1] ** 2).sum() / (2 * inverse)), slope.ravel()

    options = {"maxiter": steps, "maxcor": MEMORY}
    fitted = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options=options).x.reshape(shape)
    return fitted[:-1], fitted[-1]
