"""Training examples with their labels, from Rasa YAML or from Rasa's own messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Example:
    """`danger` is None for no danger; `needs` holds the main one first, empty if only one."""

    text: str
    intent: str
    danger: str | None = None
    sure: bool = True
    needs: tuple[str, ...] = ()
    resembles: str | None = None


def example(text: str, intent: str, metadata: Mapping[str, Any] | None) -> Example:
    marks = metadata or {}
    return Example(
        text=text,
        intent=intent,
        danger=marks.get("danger"),
        sure=bool(marks.get("sure", True)),
        needs=tuple(marks.get("needs", ())),
        resembles=marks.get("resembles"),
    )


def read_examples(paths: Iterable[Path]) -> list[Example]:
    found: list[Example] = []
    for path in paths:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for item in document["nlu"]:
            found += [
                example(str(entry["text"]), item["intent"], entry.get("metadata")) for entry in item.get("examples", ())
            ]
    return found
