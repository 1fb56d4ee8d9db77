"""The fact rows that an article may cite, read from facts.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FACTS_FILE = Path(__file__).with_name("facts.yml")
VERIFIED = frozenset({"V-T", "V-P"})
SERVICE = "service"


@dataclass(frozen=True)
class Fact:
    id: str
    statement: str
    law: str
    version: str
    status: str  # V-T, V-P or service
    scope: str = ""  # "", historic (no longer in force) or elsewhere (another city's rule)

    @property
    def text(self) -> str:
        return f"{self.statement}；{self.law}；{self.version}"


@dataclass(frozen=True)
class Facts:
    rows: Mapping[str, Fact]
    withheld: Mapping[str, str]  # id -> status of rows that staff must confirm before anybody reads them

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(self.rows)


def load_facts(path: Path = FACTS_FILE) -> Facts:
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = [Fact(**entry) for entry in raw["facts"]]
    return Facts({row.id: row for row in rows}, dict(raw["withheld"]))
