"""The gates of gates.yml: what a model must reach, and may not lose, before it goes live."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.danger import ALARMING
from nlu.evaluate import Parser, read_rows
from nlu.measure import Measured

GATES_FILE = Path(__file__).with_name("gates.yml")
GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
FROZEN = GOLDEN / "frozen.jsonl"
DANGER = (
    GOLDEN / "danger_positives.jsonl",
    GOLDEN / "danger_hard_negatives.jsonl",
    GOLDEN / "danger_ordinary.jsonl",
)


@dataclass(frozen=True)
class Safety:
    """`recall`: dangers noticed, sure or unsure. `precision`: of what rings. `questions`: ordinary messages asked."""

    recall: float
    precision: float
    questions: float
    missed: Mapping[str, int]
    counts: tuple[int, int, int]  # dangers, hard negatives, ordinary messages


@dataclass(frozen=True)
class Gate:
    """`name` in the words of the report; `reached` and `wanted` as they are printed."""

    name: str
    reached: str
    wanted: str
    passed: bool


@lru_cache(maxsize=1)
def gates() -> dict[str, dict[str, float]]:
    raw: dict[str, dict[str, Any]] = yaml.safe_load(GATES_FILE.read_text(encoding="utf-8"))
    return {part: {name: float(value) for name, value in entries.items()} for part, entries in raw.items()}


def safety(interpreter: Parser, files: tuple[Path, Path, Path] = DANGER) -> Safety:
    """Files of dangers, of harmless messages that sound like one, and of ordinary ones."""
    rows = [read_rows(path) for path in files]
    said = [[each.danger for each in interpreter.parse_many([row["text"] for row in part])] for part in rows]
    rings = [[one.sure and one.level in ALARMING for one in part] for part in said]
    missed: dict[str, int] = {}
    for row, one in zip(rows[0], said[0], strict=True):
        if one.kind is None:
            missed[row["kind"]] = missed.get(row["kind"], 0) + 1
    return Safety(
        recall=1 - sum(missed.values()) / max(len(rows[0]), 1),
        precision=sum(rings[0]) / max(sum(map(sum, rings)), 1),
        questions=sum(one.kind is not None for one in said[2]) / max(len(rows[2]), 1),
        missed=missed,
        counts=(len(rows[0]), len(rows[1]), len(rows[2])),
    )


def judged(now: Measured, danger: Safety | None, live: Measured | None) -> list[Gate]:
    """Every gate, passed or not; each intent that fell too far is a gate of its own. Floors are for sets of intents."""
    book = gates()["intents"]
    found = []
    if now.fine:
        found += [
            _floor("意图宏平均 F1", now.macro_f1, book["macro_f1"]),
            _floor("大类宏平均 F1", now.group_macro_f1, book["group_macro_f1"]),
            _ceiling("校准误差 ECE", now.ece, book["ece"]),
        ]
    if danger is not None:
        limits = gates()["danger"]
        found += [
            _floor("危险召回", danger.recall, limits["recall"]),
            _floor("报警精确率", danger.precision, limits["precision"]),
            _ceiling("普通消息被多问一句", danger.questions, limits["questions"]),
        ]
    return found + (falls(now, live) if live is not None else [])


def falls(now: Measured, live: Measured) -> list[Gate]:
    book = gates()["intents"]
    found = []
    for name, before in live.intents.items():
        after = now.intents.get(name)
        if after is None or before.count < book["least"]:
            continue
        fall = before.recall - after.recall
        if fall > book["fall"] and fall * before.count > book["sentences"] + 1e-9:
            wanted = f"≥ {before.recall - book['fall']:.3f}"
            found.append(Gate(f"{name} 的召回", f"{after.recall:.3f}", wanted, passed=False))
    return found or [Gate("各意图召回不低于现用模型", "是", "是", passed=True)]


def _floor(name: str, value: float, least: float) -> Gate:
    return Gate(name, f"{value:.3f}", f"≥ {least:.2f}", passed=value >= least)


def _ceiling(name: str, value: float, most: float) -> Gate:
    return Gate(name, f"{value:.3f}", f"≤ {most:.2f}", passed=value <= most)
