"""`python -m benchmarks.understanding`: our model and stock Rasa (Jieba, CountVectors, DIET) on the same sentences.

Trains the peer on nlu/data and measures both on the project's frozen set and, where HALFSKY_DEV_SET names it, on real
messages. An epoch of DIET takes two to three minutes on two cores; HALFSKY_EPOCHS sets another number than 100.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks import machine, peer
from nlu.evaluate import evaluate
from nlu.gates import FROZEN
from nlu.measure import measure
from nlu.serving import Interpreter
from nlu.taxonomy import group_of
from nlu.understanding import Alternative, Understanding

EPOCHS = int(os.environ.get("HALFSKY_EPOCHS", "100"))
READER = Path("tests/nlu/rasa_parse.py").absolute()


class Peer:
    """Understands through a trained Rasa archive, in Rasa's own environment; it knows no danger."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    def parse_many(self, requests: Sequence[str]) -> list[Understanding]:
        done = subprocess.run(
            [str(peer.PYTHON), str(READER), str(self._archive)],
            input="".join(json.dumps(text) + "\n" for text in requests),
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            check=True,
        )
        lines = [line.removeprefix("PARSED ") for line in done.stdout.splitlines() if line.startswith("PARSED ")]
        return [_understood(json.loads(line)["intent_ranking"]) for line in lines]


def _understood(ranking: list[dict[str, float | str]]) -> Understanding:
    names = [(str(each["name"]), float(each["confidence"])) for each in ranking]
    intent, chance = names[0]
    others = tuple(Alternative(*other) for other in names[1:4])
    return Understanding(intent, group_of(intent), chance, abstain=False, alternatives=others, model="DIET")


def train(folder: Path) -> Path:
    config = yaml.safe_load(peer.CONFIG)
    config["policies"] = []
    pipeline = [component for component in config["pipeline"] if component["name"] != "FallbackClassifier"]
    config["pipeline"] = [
        component | {"epochs": EPOCHS} if component["name"] == "DIETClassifier" else component for component in pipeline
    ]
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    words = ["train", "nlu", "--nlu", str(Path("nlu/data").absolute()), "--fixed-model-name", "peer", "--out", "models"]
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (folder / "output.txt").open("wb") as output:
        subprocess.run(
            [str(peer.PYTHON), "-m", "rasa", *words],
            cwd=folder,
            env={**os.environ, **quiet},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
    return folder / "models" / "peer.tar.gz"


def row(name: str, ours: float, theirs: float) -> str:
    return f"| {name} | {ours:.3f} | {theirs:.3f} | {ours - theirs:+.3f} |"


def main() -> int:
    dev = os.environ.get("HALFSKY_DEV_SET")
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        theirs = Peer(train(Path(folder)))
        print(f"原版 Rasa 训练 {EPOCHS} 轮，用时 {time.monotonic() - begun:.0f} 秒", flush=True)
        ours = Interpreter()
        mine, other = measure(ours, FROZEN), measure(theirs, FROZEN)
        table = [
            "| 项目 | 半边天 | 原版 Rasa 3.6 | 差 |",
            "|---|---|---|---|",
            row("自有测试集，意图宏平均 F1", mine.macro_f1, other.macro_f1),
            row("自有测试集，决定正确", mine.accuracy, other.accuracy),
            row("自有测试集，大类宏平均 F1", mine.group_macro_f1, other.group_macro_f1),
            row("自有测试集，ECE", mine.ece, other.ece),
            row("自有测试集，大类 95% 正确时能答", mine.coverage, other.coverage),
        ]
        if dev:
            real, real_other = evaluate(ours, Path(dev)), evaluate(theirs, Path(dev))
            table += [
                row("真实消息，六类宏平均 F1（严格）", real.macro_f1, real_other.macro_f1),
                row("真实消息，准确率（宽松）", real.lenient, real_other.lenient),
            ]
    print(f"{machine.describe()}；模型 {mine.model}；自有测试集 {len(mine.answers)} 句")
    print("\n".join(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
