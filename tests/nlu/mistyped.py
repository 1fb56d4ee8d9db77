"""Types a sentence as somebody does who writes by ear: one character in five is another one of like sound."""

import random

from nlu.sounds import SOUNDS_FILE

SHARE = 0.2
FREQUENT = 12  # characters of a class that anybody would pick


def _classes() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in SOUNDS_FILE.read_text(encoding="utf-8").splitlines():
        characters = line.partition(" ")[2]
        found.update(dict.fromkeys(characters, characters[:FREQUENT]))
    return found


ALIKE = _classes()


def mistyped(text: str, dice: random.Random) -> str:
    """At least one character is changed where one can be."""
    places = [place for place, letter in enumerate(text) if len(ALIKE.get(letter, "")) > 1]
    chosen = dice.sample(places, min(len(places), max(1, round(SHARE * len(text)))))
    letters = list(text)
    for place in chosen:
        letters[place] = dice.choice([other for other in ALIKE[letters[place]] if other != letters[place]])
    return "".join(letters)
