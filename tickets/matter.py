"""What a ticket is about, before it has a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """What the taxonomy says of a topic, as plain values."""

    group: str
    dept: str | None
    first: str  # 2h, 1d
    close: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a new ticket is about."""

    topic: str
    unit: str | None
    facts: Mapping[str, Any]
    source: str  # web, telegram, terminal, phone, visit
    danger_kind: str | None = None
    danger_level: str | None = None
    helper: bool = False
    green: bool = False
    alarm: bool = False
