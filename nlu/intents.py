"""What she needs: the most probable intent, whether to hold back, and further needs in the same message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.heads import Arrays, Floats, Head, sigmoid, softmax
from nlu.taxonomy import Taxonomy, group_of, taxonomy
from nlu.understanding import Alternative, Danger, Vector

SPEECH = re.compile(r"[\u3400-\u9fffA-Za-z]")
MOST_NEEDS = 3
GROUP_SAY = 0.5  # 0: none; 1 names a few more groups right, but makes the confidences less true


def group_chances(evidence: Floats, labels: Sequence[str]) -> Floats:
    """Chances of the intents, raised by that of their group: which group it is shows more clearly than which intent."""
    chances = softmax(evidence)
    belongs = _belongs(tuple(labels))
    together: Floats = chances * (chances @ belongs @ belongs.T) ** GROUP_SAY
    result: Floats = together / together.sum(axis=1, keepdims=True)
    return result


@lru_cache(maxsize=8)
def _belongs(labels: tuple[str, ...]) -> Floats:
    """(labels, groups): 1 where the label is of the group."""
    groups = sorted({group_of(label) for label in labels})
    return np.array([[group_of(label) == group for group in groups] for label in labels], dtype=np.float64)


@dataclass(frozen=True)
class Guess:
    """`ranking` holds the most probable intents first, as many as were asked for."""

    ranking: tuple[Alternative, ...]
    abstain: bool
    needs: tuple[str, ...]


@dataclass(frozen=True)
class IntentModel:
    """`threshold`: below this confidence hold back. `floor`: below this likeness to its intent's centre the text is of
    another world. `second`: from this probability on a further need is named. `kinds`, `company`: how much more often
    than by chance each kind of danger (rows) goes with each intent (columns); safety comes before procedure.
    """

    head: Head
    needs: Head
    centres: Floats  # (intents, 512), unit rows
    threshold: float
    floor: float
    second: float
    kinds: tuple[str, ...]
    company: Floats

    def read(
        self, vectors: Vector, texts: Sequence[str], dangers: Sequence[Danger], top: int | None = None
    ) -> list[Guess]:
        if not texts:
            return []
        spoken = group_chances(self.head.logits(vectors, texts) / self.head.temperature, self.head.labels)
        chances = self._weighed(spoken, dangers)
        further = sigmoid(self.needs.logits(vectors, texts))
        likeness = vectors.astype(np.float64) @ self.centres.T
        book = taxonomy()
        guesses = []
        for row, text in enumerate(texts):
            order = np.argsort(-chances[row], kind="stable")
            best = int(order[0])
            strange = likeness[row, best] < self.floor or not SPEECH.search(text)
            guesses.append(
                Guess(
                    ranking=tuple(Alternative(self.head.labels[i], float(chances[row, i])) for i in order[:top]),
                    abstain=bool(strange or chances[row, best] < self.threshold),
                    needs=self._needs(book, self.head.labels[best], further[row], spoken[row]),
                )
            )
        return guesses

    def _weighed(self, spoken: Floats, dangers: Sequence[Danger]) -> Floats:
        """Safety before procedure: 老公打我要离婚 is a matter of violence first."""
        chances = spoken.copy()
        for row, danger in enumerate(dangers):
            if danger.sure and danger.kind in self.kinds:
                chances[row] *= self.company[self.kinds.index(danger.kind)]
                chances[row] /= chances[row].sum()
        return chances

    def _needs(self, book: Taxonomy, main: str, further: Floats, spoken: Floats) -> tuple[str, ...]:
        """After the main one those the needs head names, and what would have been the main one without the danger."""
        intent = book.intents.get(main)
        if intent is None or not intent.consultation:
            return ()
        scores = {label: float(score) for label, score in zip(self.needs.labels, further, strict=True)}
        first = self.head.labels[int(np.argmax(spoken))]
        if spoken.max() >= self.threshold and first in scores:
            scores[first] = 1.0
        needs = [main]
        for label in sorted(scores, key=lambda name: -scores[name])[: MOST_NEEDS + 1]:
            if scores[label] >= self.second and not any(book.kin(label, other) for other in needs):
                needs.append(label)
        return tuple(needs[:MOST_NEEDS])

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        return {
            **self.head.arrays("intent"),
            **self.needs.arrays("needs"),
            "centres": self.centres.astype(np.float32),
            "kinds": np.array(self.kinds),
            "company": self.company,
            "limits": np.array([self.threshold, self.floor, self.second]),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "IntentModel":
        threshold, floor, second = (float(limit) for limit in arrays["limits"].astype(np.float64))
        return cls(
            head=Head.from_arrays(arrays, "intent"),
            needs=Head.from_arrays(arrays, "needs"),
            centres=arrays["centres"].astype(np.float64),
            threshold=threshold,
            floor=floor,
            second=second,
            kinds=tuple(str(kind) for kind in arrays["kinds"]),
            company=arrays["company"].astype(np.float64),
        )
