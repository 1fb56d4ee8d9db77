"""A model is measured as the report says, and the gates hold back what is worse."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from nlu.gates import Safety, falls, gates, judged, safety
from nlu.measure import Answered, Measured, calibration, coverage_curve, measure, measured
from nlu.pictures import calibration_plot, confusion, coverage_plot
from nlu.report import Evaluated
from nlu.taxonomy import group_of, taxonomy
from nlu.understanding import Alternative, Danger, Understanding


class Script:
    """Answers "intent chance", with "!" as a sure alarm and "?" as a doubt."""

    def parse_many(self, requests: Sequence[str]) -> list[Understanding]:
        return [_understood(text) for text in requests]


def _understood(text: str) -> Understanding:
    intent, _, rest = text.partition(" ")
    danger = Danger("urgent", "threat", sure="!" in rest) if "!" in rest or "?" in rest else Danger()
    chance = float(rest.strip("!?") or 0.9)
    others = (Alternative("rights_minor", 0.05), Alternative("loan_rate", 0.01))
    return Understanding(intent, group_of(intent), chance, abstain=False, alternatives=others, danger=danger, model="m")


def answers(*pairs: tuple[str, str, float]) -> list[Answered]:
    return [
        Answered(f"句{place}", gold, said, chance, chance, "chat") for place, (gold, said, chance) in enumerate(pairs)
    ]


def model(right: int, wrong: int, *, name: str = "m") -> Measured:
    """So many sentences of one intent right and wrong, and all of another right."""
    return measured(
        name,
        answers(
            *[("rights_dv", "rights_dv", 0.9)] * right,
            *[("rights_dv", "job_fair", 0.8)] * wrong,
            *[("job_fair", "job_fair", 0.9)] * 20,
        ),
    )


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_measured(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "rights_dv 0.95", "intent": "rights_dv", "style": "chat"},
        {"text": "loan_rate 0.7", "intent": "loan_amount", "style": "chat"},  # kin: costs nothing
        {"text": "rights_dv 0.8", "intent": "rights_minor", "style": "letter"},  # wrong, in the right group
        {"text": "job_fair 0.6", "intent": "marriage_divorce", "style": "letter"},
    ]
    found = measure(Script(), write(tmp_path / "set.jsonl", rows))
    assert (found.model, found.fine) == ("m", True)
    assert found.accuracy == 0.5
    assert found.intents["rights_dv"].precision == 0.5
    assert found.coverage == 0.75  # the three surest are of the right group
    assert found.styles() == {"chat": (1.0, 2), "letter": (0.0, 2)}
    assert [one.text for one in found.worst(9)] == ["rights_dv 0.8", "job_fair 0.6"]
    assert found.answers[0].group_chance == pytest.approx(1.0)  # 0.95 and 0.05 for another intent of the group


def test_labels_of_real_messages(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "job_dispute", "label": "rights"},
        {"text": "job_fair", "label": "loan", "alt_labels": ["job"]},
        {"text": "other_event", "label": "marriage"},
    ]
    found = measure(Script(), write(tmp_path / "set.jsonl", rows))
    assert not found.fine
    assert found.accuracy == pytest.approx(2 / 3)


def test_calibration() -> None:
    bins = calibration([0.95, 0.91, 0.15, 1.0], [True, False, False, True])
    assert [(one.count, one.right) for one in bins] == [(1, 0.0), (3, pytest.approx(2 / 3))]
    assert measured("m", answers(("rights_dv", "rights_dv", 1.0))).ece == 0


def test_coverage() -> None:
    assert coverage_curve([0.2, 0.9], [False, True]) == ((0.5, 1.0), (1.0, 0.5))


def test_safety(tmp_path: Path) -> None:
    danger = write(tmp_path / "a", [{"text": f"rights_dv 0.9{sign}", "kind": "threat"} for sign in ("!", "?", "", "!")])
    hard = write(tmp_path / "b", [{"text": "job_fair 0.9!"}, {"text": "job_fair 0.9?"}])
    ordinary = write(tmp_path / "c", [{"text": "job_fair 0.9?"}, *[{"text": "job_fair 0.9"}] * 3])
    found = safety(Script(), (danger, hard, ordinary))
    assert (found.recall, found.questions, found.missed, found.counts) == (0.75, 0.25, {"threat": 1}, (4, 2, 4))
    assert found.precision == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        ((20, 0), (20, 0), True),
        ((20, 0), (19, 1), True),  # one sentence of twenty is more than three points, but chance
        ((20, 0), (18, 2), False),
        ((10, 10), (15, 5), True),
        ((5, 0), (0, 5), True),  # too few to be judged alone
    ],
)
def test_no_intent_may_fall(before: tuple[int, int], after: tuple[int, int], passed: bool) -> None:
    found = falls(model(*after), model(*before))
    assert all(gate.passed for gate in found) is passed
    assert passed or "rights_dv" in found[0].name


def test_danger_floors() -> None:
    limits = gates()["danger"]
    good = Safety(limits["recall"], limits["precision"], limits["questions"], {}, (300, 1000, 1000))
    bad = Safety(limits["recall"] - 0.01, limits["precision"] - 0.01, limits["questions"] + 0.01, {}, (300, 1000, 1000))
    now = measured("m", answers(*[(name, name, 1.0) for name in taxonomy().intents]))
    assert all(gate.passed for gate in judged(now, good, None))
    assert [gate.name for gate in judged(now, bad, None) if not gate.passed] == [
        "危险召回", "报警精确率", "普通消息被多问一句",
    ]  # fmt: skip


def evaluated() -> Evaluated:
    now, live, danger = model(9, 3), model(12, 0, name="old"), Safety(1.0, 0.9, 0.01, {"threat": 1}, (9, 9, 9))
    return Evaluated(now, live, danger, tuple(judged(now, danger, live)))


def test_the_report_stands_alone() -> None:
    page = evaluated().page(messages=True)
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "<script" not in page
    assert "<link" not in page
    for part in ("门槛", "校准", "覆盖", "rights_dv", "old", "没有通过", "-0.250", "<svg", "句9"):
        assert part in page
    ET.fromstring(page.partition("<!doctype html>")[2].replace('<meta charset="utf-8">', ""))


def test_foreign_messages_stay_out_of_it() -> None:
    assert "句9" not in evaluated().page(messages=False)
    assert "句9" not in evaluated().summary()


def test_pictures() -> None:
    found = model(9, 3)
    counts = {("rights", "rights"): 9, ("rights", "job"): 3, ("job", "job"): 20}
    for picture in (
        calibration_plot(found.bins),
        coverage_plot(found.curve, 0.95),
        confusion(counts, ["rights", "job"], {"rights": "妇女权益"}),
    ):
        assert ET.fromstring(picture).tag.endswith("svg")
    assert "9 / 12" in confusion(counts, ["rights", "job"], {})
