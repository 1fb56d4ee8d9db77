"""The training data keep their rules, and nothing of what is measured on stands in them."""

import json
import os
from pathlib import Path

import pytest

from nlu.data_report import MOST_COMMON, common_share, examine, training_examples
from nlu.duplicates import bare, near, near_within, similar
from nlu.evaluate import read_rows
from nlu.examples import Example
from nlu.gates import DANGER, FROZEN
from nlu.taxonomy import taxonomy
from nlu.text import normal

DEV = os.environ.get("HALFSKY_DEV_SET", "")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return training_examples()


@pytest.fixture(scope="module")
def training(examples: list[Example]) -> list[str]:
    return [bare(normal(item.text).text) for item in examples]


def bare_rows(path: Path) -> list[str]:
    return [bare(normal(row["text"]).text) for row in read_rows(path)]


def test_the_rules_are_kept(examples: list[Example]) -> None:
    assert examine(examples).broken == ()


@pytest.mark.skipif(not DEV, reason="HALFSKY_DEV_SET names no file of real messages")
def test_no_real_message_is_trained_on(training: list[str]) -> None:
    """Says how many, never which."""
    assert len(list(near(training, [text for text in bare_rows(Path(DEV)) if len(text) > 3]))) == 0


@pytest.mark.parametrize("path", [FROZEN, *DANGER], ids=lambda path: path.stem)
def test_no_sentence_of_a_test_set_is_trained_on(training: list[str], path: Path) -> None:
    """Shorter than four characters there is only so much to say: 你好 is in both."""
    found = list(near(training, [text for text in bare_rows(path) if len(text) > 3]))
    assert [training[number] for number, _ in found] == []


def test_the_frozen_set_asks_for_everything() -> None:
    rows = read_rows(FROZEN)
    assert len(rows) >= 1000
    assert {row["intent"] for row in rows} == set(taxonomy().intents)


def test_the_danger_set_is_large_enough() -> None:
    positives, hard, ordinary = (read_rows(path) for path in DANGER)
    assert (len(positives) >= 300, len(hard) >= 1000, len(ordinary) >= 1000) == (True, True, True)
    assert {row["kind"] for row in positives} == set(taxonomy().danger)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("我想离婚怎么办", "我想离婚怎么办", True),
        ("我想离婚怎么办呀", "我想离婚怎么办", True),  # 7 of 8
        ("我想离婚怎么办", "我想结婚怎么办", True),  # 6 of 7
        ("我要离婚", "我想离婚", False),  # 3 of 4
        ("老公打我怎么办怎么报警才好", "老公打我应该怎么办怎么报警才好", True),
        ("老公打我怎么办", "婆婆骂我怎么办", False),
        ("", "", False),
    ],
)
def test_likeness(one: str, other: str, alike: bool) -> None:
    assert similar(one, other) is alike
    assert (list(near([one], [other])) != []) is alike


def test_near_within_finds_what_comparing_every_pair_finds(training: list[str]) -> None:
    some = [*training[::40], *(text[1:] for text in training[::400]), *(f"{text}的" for text in training[::300])]
    every = [
        (one, other)
        for one in range(len(some))
        for other in range(one + 1, len(some))
        if similar(some[one], some[other])
    ]
    assert every
    assert list(near_within(some)) == every


def test_a_broken_rule_is_named(examples: list[Example]) -> None:
    doubled = (
        Example("公司不给我交生育保险怎么办呢", "rights_maternity"),
        Example("公司不给我交生育保险怎么办", "job_dispute"),
    )
    broken = examine([*examples, *doubled]).broken
    assert any("几乎相同" in line for line in broken)
    few = examine([item for item in examples if item.danger != "medical" and item.intent != "smalltalk_greet"]).broken
    assert any("medical" in line for line in few)
    assert any("smalltalk_greet" in line for line in few)


def test_a_template_farm_is_noticed(training: list[str]) -> None:
    farm = [f"想请问妇联同志{text}" for text in training[::8]]
    assert common_share(training) < MOST_COMMON < common_share([*training, *farm])


def test_test_sets_are_json_lines() -> None:
    for path in (FROZEN, *DANGER):
        assert all(isinstance(json.loads(line), dict) for line in path.read_text(encoding="utf-8").splitlines())
