"""Two hundred sentences typed by ear keep their intents and their districts."""

import random

import pytest

from nlu.evaluate import read_rows
from nlu.gates import FROZEN
from nlu.serving import Interpreter
from nlu.taxonomy import taxonomy
from tests.nlu.mistyped import mistyped
from tickets.org import load_org

KEPT = 0.85


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(places=load_org("suzhou").gazetteer())


def test_intents_are_kept(interpreter: Interpreter) -> None:
    texts = [row["text"] for row in read_rows(FROZEN)][::5][:200]
    dice = random.Random(1)
    right = interpreter.parse_many(texts)
    wrong = interpreter.parse_many([mistyped(text, dice) for text in texts])
    kept = [taxonomy().kin(one.intent, other.intent) for one, other in zip(right, wrong, strict=True)]
    assert len(kept) == 200
    assert sum(kept) / len(kept) >= KEPT


def test_districts_are_kept(interpreter: Interpreter) -> None:
    """Each town once, one of its characters typed by ear."""
    dice = random.Random(1)
    towns = [
        (name, unit) for name, unit in load_org("suzhou").gazetteer().items() if len(name) > 1 and not name.isascii()
    ]
    some = dice.sample(towns, 200)
    texts = [f"我住在{mistyped(name, dice)}，想问问创业贷款" for name, _ in some]
    found = [
        {entity.value for entity in one.entities if entity.type == "place"} for one in interpreter.parse_many(texts)
    ]
    assert sum(unit in units for (_, unit), units in zip(some, found, strict=True)) / len(some) >= KEPT
