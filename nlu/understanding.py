"""What was understood of one message, as frozen data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.taxonomy import group_of

Vector = NDArray[np.float32]
DIGITS = 6  # of a confidence on the wire


@dataclass(frozen=True)
class Danger:
    """`level` is severity as acted on; `sure` is the absence of doubt; `kind` is None exactly when level is none."""

    level: str = "none"
    kind: str | None = None
    sure: bool = True
    confidence: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "kind": self.kind,
            "sure": self.sure,
            "confidence": round(self.confidence, DIGITS),
        }


@dataclass(frozen=True)
class Entity:
    """`start` and `end` are code points of the text as it was received."""

    type: str
    text: str
    start: int
    end: int
    value: str | None

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "text": self.text, "start": self.start, "end": self.end, "value": self.value}


@dataclass(frozen=True)
class Alternative:
    intent: str
    confidence: float


@dataclass(frozen=True)
class Understanding:
    intent: str
    group: str
    confidence: float
    abstain: bool
    alternatives: tuple[Alternative, ...] = ()
    needs: tuple[str, ...] = ()
    danger: Danger = field(default_factory=Danger)
    entities: tuple[Entity, ...] = ()
    model: str = ""
    vector: Vector | None = field(default=None, compare=False, repr=False)

    @property
    def helper(self) -> bool:
        """Somebody else is in danger: the writer is a neighbour, a mother, a teacher."""
        return any(entity.type == "helper" for entity in self.entities)

    def to_dict(self) -> dict[str, Any]:
        """The output line of `halfsky parse` without its id; the vector stays inside."""
        return {
            "intent": self.intent,
            "group": self.group,
            "confidence": round(self.confidence, DIGITS),
            "abstain": self.abstain,
            "alternatives": [
                {"intent": other.intent, "confidence": round(other.confidence, DIGITS)} for other in self.alternatives
            ],
            "needs": list(self.needs),
            "danger": self.danger.to_dict(),
            "entities": [entity.to_dict() for entity in self.entities],
            "model": self.model,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Understanding":
        return cls(
            intent=data["intent"],
            group=data["group"],
            confidence=data["confidence"],
            abstain=data["abstain"],
            alternatives=tuple(Alternative(other["intent"], other["confidence"]) for other in data["alternatives"]),
            needs=tuple(data["needs"]),
            danger=Danger(**data["danger"]),
            entities=tuple(Entity(**entity) for entity in data["entities"]),
            model=data["model"],
        )


def unknown(danger: Danger, entities: Sequence[Entity] = (), model: str = "rules") -> Understanding:
    """What is left when no model could answer: the rules' danger and nothing about the need."""
    intent = "other_out_of_scope"
    return Understanding(
        intent, group_of(intent), 0.0, abstain=True, danger=danger, entities=tuple(entities), model=model
    )
