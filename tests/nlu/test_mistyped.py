"""Two hundred sentences typed by ear keep their intents and their districts."""

import numpy as np
import pytest

from nlu.evaluate import read_rows
from nlu.gates import FROZEN
from nlu.mistyped import mistyped
from nlu.serving import Interpreter
from nlu.sounds import sounding
from nlu.taxonomy import taxonomy
from tickets.org import load_org

KEPT, SHARE = 0.85, 0.05  # one character in twenty, and at least one of every sentence


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(places=load_org("suzhou").gazetteer())


def test_intents_are_kept(interpreter: Interpreter) -> None:
    texts = [row["text"] for row in read_rows(FROZEN)][::5][:200]
    dice = np.random.RandomState(1)
    right = interpreter.parse_many(texts)
    wrong = interpreter.parse_many([mistyped(text, SHARE, dice) for text in texts])
    kept = [taxonomy().kin(one.intent, other.intent) for one, other in zip(right, wrong, strict=True)]
    assert len(kept) == 200
    assert sum(kept) / len(kept) >= KEPT


def test_districts_are_kept(interpreter: Interpreter) -> None:
    """One character of a name typed by ear."""
    dice = np.random.RandomState(1)
    towns = [pair for pair in load_org("suzhou").gazetteer().items() if len(pair[0]) > 1 and not pair[0].isascii()]
    some = [towns[int(place)] for place in dice.choice(len(towns), 200, replace=False)]
    texts = [f"我住在{mistyped(name, SHARE, dice)}，想问问创业贷款" for name, _ in some]
    found = [
        {entity.value for entity in one.entities if entity.type == "place"} for one in interpreter.parse_many(texts)
    ]
    assert sum(unit in units for (_, unit), units in zip(some, found, strict=True)) / len(some) >= KEPT


@pytest.mark.parametrize("text", ["外嫁女分红", "甪直", "abc", "", "打"])
def test_what_is_mistyped_sounds_the_same(text: str) -> None:
    dice = np.random.RandomState(0)
    wrong = mistyped(text, 0.5, dice)
    assert sounding(wrong) == sounding(text)
    assert (wrong != text) is any(letter >= "\u4e00" for letter in text)
