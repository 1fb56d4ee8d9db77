"""The arithmetic of our linear heads, one copy for training, for Rasa and for the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.grams import BUCKETS, Indices, Weights, hashed
from nlu.sounds import sounding
from nlu.understanding import Vector

Floats = NDArray[np.float64]
Arrays = Mapping[str, NDArray[np.generic]]
STEPS = 127  # n-gram weights are kept as signed bytes


@dataclass(frozen=True)
class Head:
    """Softmax over labels: sentence vector and n-grams each add their evidence, the temperature makes it a probability.

    sentence (512, labels), bias (labels,), grams empty or, letters above sounds, (2 * buckets, labels).
    """

    labels: tuple[str, ...]
    sentence: Floats
    bias: Floats
    grams: NDArray[np.int8]
    scale: Floats
    temperature: float = 1.0

    def logits(self, vectors: Vector, texts: Sequence[str]) -> Floats:
        """Rows of evidence before the temperature."""
        rows = rowwise(vectors, self.sentence) + self.bias
        if self.grams.size:
            for number, text in enumerate(texts):
                indices, weights = traces(text)
                rows[number] += (weights @ self.grams[indices]) * self.scale
        return rows

    def probabilities(self, vectors: Vector, texts: Sequence[str]) -> Floats:
        return softmax(self.logits(vectors, texts) / self.temperature)

    def tempered(self, temperature: float) -> "Head":
        return replace(self, temperature=temperature)

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        return {
            f"{prefix}_labels": np.array(self.labels),
            f"{prefix}_sentence": self.sentence.astype(np.float16),
            f"{prefix}_bias": self.bias,
            f"{prefix}_grams": self.grams,
            f"{prefix}_scale": self.scale,
            f"{prefix}_temperature": np.array(self.temperature),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, prefix: str) -> "Head":
        return cls(
            labels=tuple(str(label) for label in arrays[f"{prefix}_labels"]),
            sentence=arrays[f"{prefix}_sentence"].astype(np.float64),
            bias=arrays[f"{prefix}_bias"].astype(np.float64),
            grams=arrays[f"{prefix}_grams"].astype(np.int8),
            scale=arrays[f"{prefix}_scale"].astype(np.float64),
            temperature=float(arrays[f"{prefix}_temperature"]),
        )

    def stored(self) -> "Head":
        """As it will be read back: what is measured in training is what serves."""
        return Head.from_arrays(self.arrays("head"), "head")


@lru_cache(maxsize=64)  # the intent and the danger model read the same messages of a batch
def traces(text: str) -> tuple[Indices, Weights]:
    """Hashed n-grams of the letters, and of what they sound like."""
    letters, weights = hashed(text)
    sounds, others = hashed(sounding(text.lower()))
    return np.concatenate([letters, sounds + BUCKETS]), np.concatenate([weights, others])


def rowwise(vectors: Vector, weights: Floats) -> Floats:
    """In double precision: float32 sums differ between BLAS builds by more than the parity test allows."""
    product: Floats = vectors.astype(np.float64) @ weights
    return product


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


def sigmoid(logits: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))
    return result


def quantised(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Signed bytes and one scale a label."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-12) / STEPS
    return np.round(weights / scale).astype(np.int8), scale
