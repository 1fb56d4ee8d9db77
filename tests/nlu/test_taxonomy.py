"""The taxonomy is complete, in her words, and Rasa's domain follows it."""

import re

import pytest

from nlu.archive import ROOT
from nlu.domain import DOMAIN_FILE, domain_text
from nlu.examples import read_examples
from nlu.taxonomy import LEVELS, taxonomy

TERMS_OF_LAW = re.compile(
    r"家庭暴力|保护令|诉讼|仲裁|抚养权|赡养|扶养|侵权|债务|担保贷|贴息|征信|反担保|婚姻登记|财产分割|法律援助"
)


def test_domain_follows_the_taxonomy() -> None:
    assert DOMAIN_FILE.read_text(encoding="utf-8") == domain_text(taxonomy()), "run python -m nlu.domain"


def test_everything_is_there() -> None:
    book = taxonomy()
    assert len(book.intents) == 71
    assert len(book.danger) == 12
    assert {kind.level for kind in book.danger.values()} <= set(LEVELS)
    assert {intent.group for intent in book.intents.values()} == {*book.groups, "command"}


@pytest.mark.parametrize("name", sorted(taxonomy().intents))
def test_her_words(name: str) -> None:
    her = taxonomy().intents[name].her
    assert 4 <= len(her) <= 15
    assert not TERMS_OF_LAW.search(her)


def test_her_words_tell_the_intents_apart() -> None:
    words = [intent.her for intent in taxonomy().intents.values()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("name", "group", "consultation"),
    [
        ("rights_dv", "rights", True),
        ("loan_other", "loan", True),
        ("other_petition", "other", True),
        ("other_public_service", "other", False),
        ("other_out_of_scope", "other", False),
        ("smalltalk_greet", "smalltalk", False),
        ("command_book", "command", False),
    ],
)
def test_groups_and_consultations(name: str, group: str, consultation: bool) -> None:
    intent = taxonomy().intents[name]
    assert (intent.group, intent.consultation) == (group, consultation)


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("loan_rate", "loan_amount", True),
        ("job_fraud", "loan_fraud", True),
        ("rights_dv", "rights_dv", True),
        ("rights_dv", "marriage_divorce", False),
        ("loan_rate", "loan_other", False),
    ],
)
def test_kin(one: str, other: str, kin: bool) -> None:
    assert taxonomy().kin(one, other) is kin


def test_training_data_speaks_the_taxonomy() -> None:
    book = taxonomy()
    examples = read_examples(sorted((ROOT / "nlu" / "data").glob("*.yml")))
    assert {item.intent for item in examples} == set(book.intents)
    assert {item.danger for item in examples} - {None} == set(book.danger)
    assert {item.resembles for item in examples} - {None} <= set(book.danger)
    assert {need for item in examples for need in item.needs} <= set(book.intents)
    assert [item.text for item in examples if item.needs and item.needs[0] != item.intent] == []
