"""The project's own questions: what women might ask, and which article should answer."""

import json
from dataclasses import dataclass
from pathlib import Path

QUESTIONS_FILE = Path(__file__).with_name("questions") / "own.jsonl"


@dataclass(frozen=True)
class Question:
    text: str
    article: str | None  # None: no article answers this, the search must hold back
    also: tuple[str, ...] = ()  # articles that answer it as well


def load_questions(path: Path = QUESTIONS_FILE) -> list[Question]:
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    return [Question(entry["text"], entry["article"], tuple(entry.get("also", ()))) for entry in entries]
