"""Every phrase rule holds where its examples say so and nowhere else, and the rules alone judge danger."""

from collections.abc import Iterator

import pytest

from nlu.danger import rules_danger
from nlu.rules import RULES_FILE, Rule, findings_of, rules
from nlu.taxonomy import taxonomy

BOOK = rules()


def sentences(field: str, wanted: bool) -> Iterator[tuple[str, str, str]]:
    for rule in getattr(BOOK, field):
        for sentence in rule.holds if wanted else rule.fails:
            yield field, rule.name, sentence


FIELDS = ("frames", "kinds", "reasons")


@pytest.mark.parametrize(("field", "name", "sentence"), [case for field in FIELDS for case in sentences(field, True)])
def test_rule_holds(field: str, name: str, sentence: str) -> None:
    assert name in getattr(findings_of(sentence), field)


@pytest.mark.parametrize(("field", "name", "sentence"), [case for field in FIELDS for case in sentences(field, False)])
def test_rule_does_not_hold(field: str, name: str, sentence: str) -> None:
    assert name not in getattr(findings_of(sentence), field)


@pytest.mark.parametrize("sentence", [sentence for rule in BOOK.masks for sentence in rule.holds])
def test_mask_leaves_nothing_alarming(sentence: str) -> None:
    found = findings_of(sentence)
    assert found.masked
    assert found.kinds == ()


@pytest.mark.parametrize("sentence", [sentence for rule in BOOK.masks for sentence in rule.fails])
def test_mask_leaves_danger_alone(sentence: str) -> None:
    assert findings_of(sentence).kinds


@pytest.mark.parametrize(
    ("sentence", "past"), [*((s, True) for s in BOOK.past.holds), *((s, False) for s in BOOK.past.fails)]
)
def test_past(sentence: str, past: bool) -> None:
    assert findings_of(sentence).past is past


@pytest.mark.parametrize(
    ("sentence", "over"), [*((s, True) for s in BOOK.over.holds), *((s, False) for s in BOOK.over.fails)]
)
def test_over(sentence: str, over: bool) -> None:
    assert findings_of(sentence).over is over


def test_every_rule_has_examples_on_both_sides() -> None:
    every: tuple[Rule, ...] = (*BOOK.masks, *BOOK.frames, *BOOK.kinds, *BOOK.reasons, BOOK.past, BOOK.over)
    assert [rule.name for rule in every if not (rule.holds and rule.fails)] == []
    assert {rule.name for rule in BOOK.kinds} == set(taxonomy().danger)
    assert RULES_FILE.exists()


@pytest.mark.parametrize(
    ("text", "kind", "level", "sure"),
    [
        ("他拿着刀在砸门", "violence_now", "immediate", True),
        ("隔壁又在打老婆", "violence_now", "immediate", True),
        ("昨晚又 打我了", "violence_recent", "watch", True),
        ("昨晚他掐我脖子打我", "violence_recent", "urgent", True),
        ("我一提离婚他就打我", "violence_recent", "urgent", True),
        ("我怀孕五个月老公打我", "violence_recent", "urgent", True),
        ("我不想活了", "suicide", "immediate", True),
        ("小时候想过自杀", "suicide", "watch", True),
        ("我想死你了", None, "none", True),
        ("他没有打我", None, "none", True),
        ("电视剧里那个男的拿刀砍人", None, "none", True),
        ("产假多少天", None, "none", True),
    ],
)
def test_rules_alone(text: str, kind: str | None, level: str, sure: bool) -> None:
    danger = rules_danger(text)
    assert (danger.kind, danger.level, danger.sure) == (kind, level, sure)
