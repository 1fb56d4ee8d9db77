"""The bot and real Rasa read the same archive the same way: trained here, and the committed one."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.archive import CURRENT, ROOT
from nlu.serving import Interpreter
from nlu.understanding import Understanding

TRAINER = ROOT / ".venv-trainer" / "bin" / "python"
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
TEXTS = [
    "怀孕了公司要辞退我怎么办",
    "他拿着刀在砸门",
    "昨晚又 打我了",
    "老公打我要离婚",
    "在吗",
    "我想死你了今天累死我了",
    "谢谢",
    "转人工",
    "想开个小店没钱，能贷多少，另外招聘会什么时候有",
    "离婚后孩子归谁，房子怎么分",
    "他没有打我，就是冷暴力",
    "小时候想过自杀",
    "老公動手打我，我該怎麼辦",
    "他\u200b拿\u200b着\u200b刀",
    "吴江区户口怎么迁",
    "12345",
    "😀",
    "尊敬的领导，我是外来媳妇，村里不给我分征地款，请问找谁",
]

pytestmark = pytest.mark.trainer


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model on every eighth sentence, trained through Rasa."""
    folder = tmp_path_factory.mktemp("small")
    data, archive = folder / "data", folder / "small.tar.gz"
    data.mkdir()
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for item in document["nlu"]:
            item["examples"] = item["examples"][::8] if len(item["examples"]) >= 32 else item["examples"]
        (data / path.name).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    _run("-m", "nlu.train", "--data", str(data), "--out", str(archive))
    return archive


def test_trained_here(small_archive: Path) -> None:
    _compare(small_archive)


def test_committed() -> None:
    _compare(CURRENT)


def _compare(archive: Path) -> None:
    expected = _rasa(archive)
    understood = Interpreter(archive).parse_many(TEXTS)
    for text, rasa, ours in zip(TEXTS, expected, understood, strict=True):
        _same(text, rasa, ours)


def _same(text: str, rasa: dict[str, Any], ours: Understanding) -> None:
    ranking = [(ours.intent, ours.confidence), *((other.intent, other.confidence) for other in ours.alternatives)]
    theirs = [(each["name"], each["confidence"]) for each in rasa["intent_ranking"][: len(ranking)]]
    assert [name for name, _ in ranking] == [name for name, _ in theirs], text
    assert [chance for _, chance in ranking] == pytest.approx([chance for _, chance in theirs], abs=1e-6), text
    assert (ours.abstain, list(ours.needs)) == (rasa["abstain"], rasa["needs"]), text
    danger = rasa["danger"]
    assert (ours.danger.level, ours.danger.kind, ours.danger.sure) == (
        danger["level"],
        danger["kind"],
        danger["sure"],
    ), text
    assert ours.danger.confidence == pytest.approx(danger["confidence"], abs=1e-6), text


def _rasa(archive: Path) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(text) + "\n" for text in TEXTS)
    output = _run(str(Path(__file__).with_name("rasa_parse.py")), str(archive), stdin=lines)
    return [json.loads(line.removeprefix("PARSED ")) for line in output.splitlines() if line.startswith("PARSED ")]


def _run(*arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        [str(TRAINER), *arguments], input=stdin, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
