"""`halfsky parse` keeps its contract line by line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nlu.archive import CURRENT, ROOT


def halfsky(stdin: bytes, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "parse", *arguments], input=stdin, capture_output=True, cwd=ROOT, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()], done.stderr.decode()


def test_one_line_out_per_line_in() -> None:
    lines = [
        {"id": "a", "text": "他拿着刀在砸门", "more": 1},
        {"id": "b", "text": "产假多少天"},
        {"id": "c", "text": ""},
    ]
    code, answers, errors = halfsky("".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (code, errors) == (0, "")
    assert [answer["id"] for answer in answers] == ["a", "b", "c"]
    assert answers[0]["danger"] | {"confidence": 0} == {
        "level": "immediate",
        "kind": "violence_now",
        "sure": True,
        "confidence": 0,
    }
    assert answers[1]["danger"]["kind"] is None
    assert answers[1]["intent"] == "rights_maternity"
    assert len(answers[1]["alternatives"]) == 3
    assert len({answer["model"] for answer in answers}) == 1
    assert set(answers[1]) == {
        "id", "intent", "group", "confidence", "abstain", "alternatives", "needs", "danger", "entities", "model",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"not json", None),
        (b"\xff\xfe", None),
        (b"[]", None),
        (b"", None),
        (b'{"id": 1, "text": "x"}', None),
        (b'{"id": "a"}', "a"),
        (b'{"id": "a", "text": null}', "a"),
    ],
)
def test_a_bad_line_is_answered_and_the_rest_goes_on(line: bytes, name: str | None) -> None:
    code, answers, _ = halfsky(line + b"\n" + '{"id": "z", "text": "你好"}\n'.encode())
    assert code == 1
    assert answers[0]["id"] == name
    assert "error" in answers[0]
    assert answers[1]["intent"] == "smalltalk_greet"


def test_lines_are_answered_while_more_may_come() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "parse", "--model", str(CURRENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write('{"id": "a", "text": "你好"}\n'.encode())
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["id"] == "a"
        running.stdin.close()
        assert running.wait(timeout=20) == 0


def test_a_missing_model_is_said_plainly(tmp_path: Path) -> None:
    code, answers, errors = halfsky(b"", "--model", str(tmp_path / "none.tar.gz"))
    assert (code, answers) == (2, [])
    assert "make train" in errors
