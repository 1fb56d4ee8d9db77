"""The learning curve: `.venv-trainer/bin/python -m benchmarks.curve`, in the trainer environment.

Fits the intent head on 1/8, 1/4, 1/2 and all of the training sentences, without letters and mistyped copies, and
measures intents and groups on the frozen set and, where HALFSKY_DEV_SET names it, labels on real messages.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlu.data_report import training_examples
from nlu.encoder import shared_encoder
from nlu.evaluate import CRISIS, LABELS, read_rows, scores, topic_of
from nlu.fit import Sample, Strength, fit_head
from nlu.gates import FROZEN
from nlu.heads import Head
from nlu.taxonomy import group_of
from nlu.text import normal
from nlu.understanding import Understanding

PARTS = (8, 4, 2, 1)


def said(head: Head, texts: list[str]) -> list[str]:
    read = [normal(text).text for text in texts]
    return [head.labels[int(best)] for best in head.logits(shared_encoder().encode(read), read).argmax(axis=1)]


def macro(gold: list[str], answers: list[str], names: list[str]) -> float:
    return sum(scores(name, gold, answers).f1 for name in names) / len(names)


def main() -> int:
    examples = [replace(item, text=normal(item.text).text) for item in training_examples()]
    order = np.random.RandomState(0).permutation(len(examples))
    texts = [item.text for item in examples]
    vectors = shared_encoder().encode(texts)
    frozen = read_rows(FROZEN)
    dev = os.environ.get("HALFSKY_DEV_SET")
    real = [row for row in read_rows(Path(dev)) if row["label"] != CRISIS] if dev else []
    print("| 训练句数 | 意图宏平均 F1 | 大类宏平均 F1 | 真实消息六类宏平均 F1 |\n|---|---|---|---|")
    for part in PARTS:
        rows = order[: len(order) // part]
        labels = [examples[i].intent for i in rows]
        sample = Sample(vectors[rows], [texts[i] for i in rows], labels, np.ones(len(rows)), np.zeros(len(rows), int))
        head = fit_head(sample, Strength())
        gold, answers = [row["intent"] for row in frozen], said(head, [row["text"] for row in frozen])
        groups = [group_of(name) for name in gold], [group_of(name) for name in answers]
        topics = [
            topic_of(Understanding(one, group_of(one), 1.0, abstain=False))
            for one in said(head, [r["text"] for r in real])
        ]
        on_real = f"{macro([row['label'] for row in real], topics, list(LABELS)):.3f}" if real else "—"
        figures = macro(gold, answers, sorted(set(gold))), macro(*groups, sorted(set(groups[0])))
        print(f"| {len(rows)} | {figures[0]:.3f} | {figures[1]:.3f} | {on_real} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
