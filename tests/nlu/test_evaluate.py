"""The figures are computed as the measuring set's readme says, and reach the floors we promise."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from nlu.archive import ROOT
from nlu.evaluate import evaluate, evaluate_danger, label_of, report
from nlu.serving import Interpreter
from nlu.taxonomy import group_of
from nlu.understanding import Danger, Understanding

GOLDEN = ROOT / "tests" / "golden" / "danger.jsonl"
DEV = os.environ.get("HALFSKY_DEV_SET", "")


def understood(intent: str, danger: Danger | None = None) -> Understanding:
    return Understanding(intent, group_of(intent), 0.9, abstain=False, danger=danger or Danger())


class Script:
    """Answers each text with the intent it names."""

    def parse_many(self, requests: Sequence[str]) -> list[Understanding]:
        return [
            understood(text.partition("!")[0], Danger("urgent", "threat") if "!" in text else None) for text in requests
        ]


@pytest.mark.parametrize(
    ("intent", "danger", "label"),
    [
        ("rights_dv", None, "rights"),
        ("job_dispute", None, "rights"),
        ("job_fair", None, "job"),
        ("loan_other", None, "loan"),
        ("marriage_divorce", None, "marriage"),
        ("other_petition", None, "out_of_scope"),
        ("smalltalk_chat", None, "greeting_chitchat"),
        ("command_human", None, "greeting_chitchat"),
        ("rights_dv", Danger("urgent", "threat"), "crisis"),
        ("rights_dv", Danger("urgent", "threat", sure=False), "rights"),
        ("rights_dv", Danger("watch", "violence_recent"), "rights"),
    ],
)
def test_labels(intent: str, danger: Danger | None, label: str) -> None:
    assert label_of(understood(intent, danger)) == label


def test_evaluate(tmp_path: Path) -> None:
    rows = [
        {"text": "rights_dv", "label": "rights"},
        {"text": "rights_dv!", "label": "crisis"},
        {"text": "job_fair", "label": "job"},
        {"text": "job_fair", "label": "loan", "alt_labels": ["job"]},
        {"text": "job_dispute!", "label": "rights", "tags": ["generic_labour_or_civil"]},
        {"text": "loan_rate", "label": "crisis"},
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    result = evaluate(Script(), path)
    assert result.rows == 6
    assert (result.crisis_found, result.crisis_missed, result.false_alarms) == (1, 1, 1)
    assert result.labels["rights"].recall == 0.5
    assert result.labels["job"].precision == 0.5
    assert result.labels["loan"].f1 == 0
    assert result.lenient == pytest.approx(4 / 6)
    assert result.generic == (0, 1)
    assert result.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 6)


def test_the_report_holds_no_message(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "rights_dv secret", "label": "rights"}), encoding="utf-8")
    text = report(Script(), path)
    assert "secret" not in text
    assert "宏平均" in text


def test_danger_is_found_on_our_own_set() -> None:
    result = evaluate_danger(Interpreter(), GOLDEN)
    assert result.dangers >= 100
    assert result.recall >= 0.88
    assert result.sure_recall >= 0.5  # the classifier alone may ring only where nine in ten are right
    assert result.alarms <= 0.01 * result.harmless
    assert result.questions <= 0.15 * result.harmless


@pytest.mark.skipif(not DEV, reason="HALFSKY_DEV_SET names no file of real messages")
def test_real_messages() -> None:
    result = evaluate(Interpreter(), Path(DEV))
    assert result.macro_f1 >= 0.80
    assert result.lenient >= 0.82
    assert result.false_alarms <= 0.01 * (result.rows - result.crisis_found - result.crisis_missed)
