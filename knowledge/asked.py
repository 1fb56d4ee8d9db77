"""The project's own questions: what women might ask, and which article should answer."""

import json
from dataclasses import dataclass
from pathlib import Path

QUESTIONS_FILE = Path(__file__).with_name("questions") / "own.jsonl"
MEASURED_FILE = Path(__file__).with_name("questions") / "measured.jsonl"  # never fitted to
OUTSIDE_FILE = Path(__file__).with_name("questions") / "out_of_scope.jsonl"


@dataclass(frozen=True)
class Question:
    text: str
    article: str | None  # None: no article answers this, the search must hold back
    also: tuple[str, ...] = ()  # articles that answer it as well
    fact: str | None = None  # pattern of the key fact a right reply contains
    unverified: bool = False  # what it asks for nobody has verified: a reply states no number


def load_questions(path: Path = QUESTIONS_FILE) -> list[Question]:
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    return [
        Question(
            entry["text"],
            entry.get("article"),
            tuple(entry.get("also") or ()),
            entry.get("fact"),
            bool(entry.get("unverified")),
        )
        for entry in entries
    ]
