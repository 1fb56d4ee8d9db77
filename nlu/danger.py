"""Whether she is in danger: the recall-tuned classifier and the reviewed phrase rules, joined as decision 9 says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu.heads import Arrays, Head, sigmoid
from nlu.rules import Findings, findings_of, severity
from nlu.taxonomy import taxonomy
from nlu.understanding import Danger, Vector

NONE = "none"
NO_DANGER = Danger()
ALARMING = frozenset({"urgent", "immediate"})
RULE_WEIGHT = 0.5  # of a rule's word on the kind, against the classifier's probabilities
RULE_CONFIDENCE = 0.9
WORDS = 3  # characters that must be left beside a mask
QUIET = 0.25  # of the veto is enough where nothing rings: 老公打我要离婚 sounds like a divorce to the classifier
LOUD = 0.5  # share of the evidence from which on an alarming kind is taken


@dataclass(frozen=True)
class Limits:
    """On the probability of any danger: `low` suspects, `high` is sure, without a rule's word only `alarm` rings; below
    `veto` even a rule only suspects. `sure` is on the probability that nothing is left in doubt.
    """

    low: float
    high: float
    alarm: float
    veto: float
    sure: float


@dataclass(frozen=True)
class Suspicion:
    """The classifier's word: probabilities of the kinds (without none), and that the text leaves no doubt."""

    kinds: dict[str, float]
    any: float
    sure: float


@dataclass(frozen=True)
class DangerModel:
    head: Head
    sure: Head
    limits: Limits

    def suspect(self, vectors: Vector, texts: Sequence[str]) -> list[Suspicion]:
        if not texts:
            return []
        chances = self.head.probabilities(vectors, texts)
        certain = sigmoid(self.sure.logits(vectors, texts))[:, 0]
        none = self.head.labels.index(NONE)
        return [
            Suspicion(
                kinds={label: float(row[i]) for i, label in enumerate(self.head.labels) if i != none},
                any=float(1.0 - row[none]),
                sure=float(doubt),
            )
            for row, doubt in zip(chances, certain, strict=True)
        ]

    def judge(self, vectors: Vector, texts: Sequence[str], findings: Sequence[Findings]) -> list[Danger]:
        suspicions = self.suspect(vectors, texts)
        return [judge(found, seen, self.limits) for found, seen in zip(findings, suspicions, strict=True)]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        limits = self.limits
        return {
            **self.head.arrays("danger"),
            **self.sure.arrays("sure"),
            "limits": np.array([limits.low, limits.high, limits.alarm, limits.veto, limits.sure]),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "DangerModel":
        limits = (float(limit) for limit in arrays["limits"].astype(np.float64))
        return cls(Head.from_arrays(arrays, "danger"), Head.from_arrays(arrays, "sure"), Limits(*limits))


def rules_danger(text: str) -> Danger:
    """Without any model, for a model that is dead or late; `text` as it was typed."""
    return judge_by_rules(findings_of(text))


def judge_by_rules(found: Findings) -> Danger:
    if not found.kinds or (found.frames and not found.soft):
        return NO_DANGER
    return acted_on(found, found.kinds[0], sure=not found.frames, confidence=RULE_CONFIDENCE)


def judge(found: Findings, seen: Suspicion, limits: Limits) -> Danger:
    """Keyword or model is enough to be heard; only both silent, or a frame around the words, means none."""
    emptied = found.masked and len(found.text) < WORDS  # 我想死你了 leaves nothing to suspect
    suspected = (seen.any >= limits.low and not emptied) or bool(found.kinds)
    framed_out = bool(found.frames) and seen.any < (limits.low if found.soft else limits.high)
    if not suspected or framed_out:
        return Danger(confidence=1.0 - seen.any)
    danger = acted_on(found, _kind(found, seen), sure=False, confidence=seen.any)
    alarming = danger.level in ALARMING
    spoken = bool(found.kinds) and seen.any >= limits.veto * (1.0 if alarming else QUIET)
    if found.frames and (not found.soft or not _certain(seen, limits, alarming=alarming)):
        return danger
    if not (spoken or _certain(seen, limits, alarming=alarming)):
        return danger
    return replace(danger, sure=True, confidence=max(seen.any, RULE_CONFIDENCE if spoken else 0.0))


def _certain(seen: Suspicion, limits: Limits, *, alarming: bool) -> bool:
    """A person is called away from whatever she does: without a rule's word the classifier must be surer for that."""
    return seen.any >= (limits.alarm if alarming else limits.high) and seen.sure >= limits.sure


def _kind(found: Findings, seen: Suspicion) -> str:
    """First whether it rings at all, then which kind: many alarming kinds share what one quiet kind has alone."""
    scores = {kind: chance + RULE_WEIGHT * (kind in found.kinds) for kind, chance in seen.kinds.items()}
    quiet = {kind for kind in scores if taxonomy().danger[kind].level == "watch"}
    loud = scores.keys() - quiet
    rings = sum(scores[kind] for kind in loud) >= LOUD * sum(scores.values())
    among = sorted(loud if rings and loud else quiet or loud)
    kind = max(among, key=lambda name: (scores[name], severity(taxonomy().danger[name].level)))
    return "violence_recent" if kind == "violence_now" and found.over and kind not in found.kinds else kind


def acted_on(found: Findings, kind: str, *, sure: bool, confidence: float) -> Danger:
    """The kind's own level, raised by the listed reasons, lowered to watch when it is long over."""
    level = taxonomy().danger[kind].level
    if kind == "violence_recent" and found.reasons and not found.past:
        level = "urgent"
    if found.past and level == "immediate":
        level = "watch"
    return Danger(level=level, kind=kind, sure=sure, confidence=confidence)


BEATEN = frozenset({"violence_now", "violence_recent"})


def read_together(joined: Danger, alone: Danger) -> Danger:
    """Of her fragments read as one and the last one alone: only the whole says when it was that he hit her."""
    if joined.sure and joined.kind in BEATEN and alone.kind in BEATEN:
        return joined
    return graver(joined, alone)


def graver(one: Danger, other: Danger) -> Danger:
    """Of two judgements on the same woman the one that must be acted on first."""
    return max(one, other, key=lambda danger: (danger.sure and danger.kind is not None, severity(danger.level)))
