"""Classifier and rules together: severity is the kind's, doubt the classifier's, only listed rules move it."""

import pytest

from nlu.danger import Limits, Suspicion, graver, judge
from nlu.rules import findings_of
from nlu.taxonomy import taxonomy
from nlu.understanding import Danger

LIMITS = Limits(low=0.1, high=0.5, alarm=0.7, veto=0.05, sure=0.5)


def suspicion(kind: str, chance: float, sure: float = 0.9) -> Suspicion:
    kinds = dict.fromkeys(taxonomy().danger, 0.0)
    kinds[kind] = chance
    return Suspicion(kinds, chance, sure)


@pytest.mark.parametrize(
    ("text", "kind", "chance", "level", "sure"),
    [
        ("他又发作了", "violence_recent", 0.9, "watch", True),
        ("他又发作了", "violence_recent", 0.3, "watch", False),
        ("他又发作了", "threat", 0.9, "urgent", True),
        ("他又发作了", "threat", 0.6, "urgent", False),  # sure enough for an answer, not for an alarm
        ("他扬言要弄死我", "threat", 0.6, "urgent", True),
        ("他又发作了", "violence_recent", 0.05, "none", True),
        ("昨晚他打我", "violence_recent", 0.2, "watch", True),  # the rule's word makes it sure
        ("昨晚他打我", "violence_recent", 0.01, "watch", False),  # below the veto it only suspects
        ("昨晚他拿刀吓我还打我", "violence_recent", 0.9, "urgent", True),
        ("以前他把我锁在家里", "confinement", 0.9, "watch", True),  # the past lowers, not to none
        ("昨晚他打我", "violence_now", 0.9, "watch", True),  # over, whatever the classifier feels
        ("我想死你了", "suicide", 0.3, "none", True),
        ("我妈被他关起来打", "confinement", 0.9, "immediate", True),  # a third person lowers nothing
        ("电视剧里男的拿刀砍人", "violence_now", 0.3, "none", True),
        ("电视剧里男的拿刀砍人", "violence_now", 0.9, "immediate", False),
        ("冷暴力算家暴吗", "violence_recent", 0.05, "none", True),
        ("他打我算家暴吗", "violence_recent", 0.6, "watch", True),
    ],
)
def test_judge(text: str, kind: str, chance: float, level: str, sure: bool) -> None:
    danger = judge(findings_of(text), suspicion(kind, chance), LIMITS)
    assert (danger.level, danger.sure) == (level, sure)
    assert (danger.kind is None) is (danger.level == "none")


def test_doubt_of_the_classifier_stays_doubt() -> None:
    assert not judge(findings_of("他有点怪"), suspicion("violence_recent", 0.9, sure=0.2), LIMITS).sure


def test_many_alarming_kinds_outweigh_one_quiet_kind() -> None:
    kinds = dict.fromkeys(taxonomy().danger, 0.0) | {"violence_recent": 0.4, "violence_now": 0.25, "threat": 0.2}
    danger = judge(findings_of("他来了"), Suspicion(kinds, 0.85, 0.9), LIMITS)
    assert (danger.kind, danger.level) == ("violence_now", "immediate")


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (Danger("watch", "violence_recent"), Danger("urgent", "threat"), "threat"),
        (Danger("immediate", "suicide", sure=False), Danger("watch", "violence_recent"), "violence_recent"),
        (Danger(), Danger("watch", "violence_recent", sure=False), "violence_recent"),
    ],
)
def test_the_graver_of_two(one: Danger, other: Danger, first: str) -> None:
    assert graver(one, other).kind == first
    assert graver(other, one).kind == first
