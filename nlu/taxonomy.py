"""The two-level taxonomy of consultations and kinds of danger, read once from taxonomy.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TAXONOMY_FILE = Path(__file__).with_name("taxonomy.yml")
LEVELS = ("none", "watch", "urgent", "immediate")  # by severity
NOT_CONSULTATIONS = frozenset({"smalltalk", "command"})


@dataclass(frozen=True)
class Intent:
    """`first` and `close` are terms such as 2h (service hours) or 5d (working days), empty where no ticket opens."""

    name: str
    zh: str
    her: str
    group: str
    kin: str | None
    dept: str | None
    first: str
    close: str
    ticket: str

    @property
    def consultation(self) -> bool:
        """A need of hers that the federation takes up: no small talk, no command, nobody else's business."""
        return self.group not in NOT_CONSULTATIONS and self.ticket != "never"


@dataclass(frozen=True)
class DangerKind:
    """`number` is what she is told to call, empty if none; `first` is natural time."""

    name: str
    zh: str
    level: str
    number: str
    first: str


@dataclass(frozen=True)
class Taxonomy:
    groups: Mapping[str, str]
    intents: Mapping[str, Intent]
    danger: Mapping[str, DangerKind]

    def kin(self, one: str, other: str) -> bool:
        """Whether confusing the two costs her nothing."""
        if one == other:
            return True
        first, second = self.intents.get(one), self.intents.get(other)
        return first is not None and second is not None and first.kin is not None and first.kin == second.kin


def load_taxonomy(path: Path = TAXONOMY_FILE) -> Taxonomy:
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Taxonomy(
        groups=dict(raw["groups"]),
        intents={name: _intent(name, entry) for name, entry in raw["intents"].items()},
        danger={name: _kind(name, entry) for name, entry in raw["danger"].items()},
    )


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def group_of(intent: str) -> str:
    return intent.partition("_")[0]


def _intent(name: str, entry: Mapping[str, Any]) -> Intent:
    return Intent(
        name=name,
        zh=str(entry["zh"]),
        her=str(entry["her"]),
        group=group_of(name),
        kin=entry.get("kin"),
        dept=entry.get("dept"),
        first=str(entry.get("first", "")),
        close=str(entry.get("close", "")),
        ticket=str(entry.get("ticket", "ask")) if group_of(name) not in NOT_CONSULTATIONS else "never",
    )


def _kind(name: str, entry: Mapping[str, Any]) -> DangerKind:
    return DangerKind(
        name=name,
        zh=str(entry["zh"]),
        level=str(entry["level"]),
        number=str(entry.get("number", "")),
        first=str(entry["first"]),
    )
