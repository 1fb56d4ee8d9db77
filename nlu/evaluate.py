"""Measures an interpreter on labelled messages: consultation groups, crisis, and the project's own danger set."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from nlu.danger import ALARMING
from nlu.understanding import Understanding

LABELS = ("rights", "marriage", "job", "loan", "out_of_scope", "greeting_chitchat")
CRISIS = "crisis"
GENERIC = "generic_labour_or_civil"
GROUP_LABELS = {"other": "out_of_scope", "smalltalk": "greeting_chitchat", "command": "greeting_chitchat"}


class Parser(Protocol):
    def parse_many(self, requests: Sequence[str]) -> list[Understanding]: ...


@dataclass(frozen=True)
class Scores:
    """Precision, recall, F1 and number of one label."""

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Evaluation:
    """`macro_f1` is strict, over the six labels without crisis; `lenient` accepts alternatives, over all rows."""

    rows: int
    macro_f1: float
    lenient: float
    crisis_found: int
    crisis_missed: int
    false_alarms: int
    labels: Mapping[str, Scores]
    generic: tuple[int, int]  # right, all


@dataclass(frozen=True)
class DangerEvaluation:
    """`recall`: danger of any kind noticed. `alarms`: harmless messages that would ring; `questions`: that only ask."""

    dangers: int
    recall: float
    sure_recall: float
    kind_right: float
    level_right: float
    harmless: int
    alarms: int
    questions: int
    missed_kinds: Mapping[str, int] = field(default_factory=dict)


def label_of(understanding: Understanding) -> str:
    danger = understanding.danger
    if danger.sure and danger.level in ALARMING:
        return CRISIS
    return topic_of(understanding)


def topic_of(understanding: Understanding) -> str:
    """The label without regard to danger."""
    if understanding.intent == "job_dispute":
        return "rights"
    return GROUP_LABELS.get(understanding.group, understanding.group)


def evaluate(interpreter: Parser, path: Path) -> Evaluation:
    rows = read_rows(path)
    said = [label_of(each) for each in interpreter.parse_many([row["text"] for row in rows])]
    gold = [row["label"] for row in rows]
    ordinary = [number for number, label in enumerate(gold) if label != CRISIS]
    labels = {label: scores(label, [gold[i] for i in ordinary], [said[i] for i in ordinary]) for label in LABELS}
    fine = [one in {row["label"], *(row.get("alt_labels") or ())} for one, row in zip(said, rows, strict=True)]
    generic = [number for number, row in enumerate(rows) if GENERIC in (row.get("tags") or ())]
    return Evaluation(
        rows=len(rows),
        macro_f1=sum(each.f1 for each in labels.values()) / len(LABELS),
        lenient=sum(fine) / max(len(rows), 1),
        crisis_found=sum(one == label == CRISIS for one, label in zip(said, gold, strict=True)),
        crisis_missed=sum(label == CRISIS != one for one, label in zip(said, gold, strict=True)),
        false_alarms=sum(one == CRISIS and not good for one, good in zip(said, fine, strict=True)),
        labels=labels,
        generic=(sum(said[number] == gold[number] for number in generic), len(generic)),
    )


def evaluate_danger(interpreter: Parser, path: Path) -> DangerEvaluation:
    """Rows {"text", "kind", "sure", "level"}; kind null is a harmless message."""
    rows = read_rows(path)
    said = [each.danger for each in interpreter.parse_many([row["text"] for row in rows])]
    pairs = list(zip(rows, said, strict=True))
    dangers = [(row, danger) for row, danger in pairs if row.get("kind")]
    harmless = [danger for row, danger in pairs if not row.get("kind")]
    found = [(row, danger) for row, danger in dangers if danger.kind is not None]
    certain = [(row, danger) for row, danger in dangers if row.get("sure", True)]
    return DangerEvaluation(
        dangers=len(dangers),
        recall=len(found) / max(len(dangers), 1),
        sure_recall=_share(certain, lambda _, danger: danger.kind is not None and danger.sure),
        kind_right=_share(found, lambda row, danger: danger.kind == row["kind"]),
        level_right=_share(found, lambda row, danger: danger.level == row["level"]),
        harmless=len(harmless),
        alarms=sum(danger.sure and danger.level in ALARMING for danger in harmless),
        questions=sum(
            danger.kind is not None and not (danger.sure and danger.level in ALARMING) for danger in harmless
        ),
        missed_kinds=Counter(str(row["kind"]) for row, danger in dangers if danger.kind is None),
    )


def scores(label: str, gold: Sequence[str], said: Sequence[str]) -> Scores:
    right = sum(one == other == label for one, other in zip(gold, said, strict=True))
    count, claimed = sum(one == label for one in gold), sum(one == label for one in said)
    precision, recall = right / max(claimed, 1), right / max(count, 1)
    return Scores(precision, recall, 2 * right / max(count + claimed, 1), count)


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def report(interpreter: Parser, path: Path, danger: Path | None = None) -> str:
    """The text `halfsky model evaluate` prints; no message of the file is in it."""
    result = evaluate(interpreter, path)
    lines = [
        f"消息 {result.rows} 条",
        f"六类宏平均 F1（严格）  {result.macro_f1:.4f}",
        f"准确率（含可接受的另一答案）  {result.lenient:.4f}",
        f"危机：找到 {result.crisis_found}，漏掉 {result.crisis_missed}，误报 {result.false_alarms}",
        f"一般劳动与民事（{GENERIC}）：{result.generic[0]} / {result.generic[1]}",
        "",
        f"{'label':<20}{'precision':>10}{'recall':>8}{'F1':>8}{'n':>6}",
        *(
            f"{name:<20}{s.precision:>10.3f}{s.recall:>8.3f}{s.f1:>8.3f}{s.count:>6}"
            for name, s in result.labels.items()
        ),
    ]
    return "\n".join([*lines, *(danger_lines(evaluate_danger(interpreter, danger)) if danger is not None else ())])


def danger_lines(result: DangerEvaluation) -> list[str]:
    missed = "、".join(f"{kind} {count}" for kind, count in result.missed_kinds.items()) or "无"
    return [
        "",
        f"危险句 {result.dangers} 条：察觉 {result.recall:.4f}，确定的判为确定 {result.sure_recall:.4f}",
        f"种类正确 {result.kind_right:.3f}，级别正确 {result.level_right:.3f}",
        f"无危险句 {result.harmless} 条：误报警 {result.alarms}，多问一句 {result.questions}",
        f"漏掉的种类：{missed}",
    ]


def _share(pairs: Sequence[tuple[Any, Any]], good: Callable[[Any, Any], bool]) -> float:
    return sum(good(row, danger) for row, danger in pairs) / max(len(pairs), 1)
