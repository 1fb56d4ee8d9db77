"""A sentence as somebody types it who writes by ear: some characters are others of like sound."""

from functools import lru_cache

import numpy as np

from nlu.sounds import SOUNDS_FILE

FREQUENT = 12  # characters of a class that anybody would pick


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in SOUNDS_FILE.read_text(encoding="utf-8").splitlines():
        characters = line.partition(" ")[2]
        found.update(dict.fromkeys(characters, characters[:FREQUENT]))
    return found


def mistyped(text: str, share: float, dice: np.random.RandomState) -> str:
    """So many of the characters are changed, at least one where one can be."""
    others = [_alike().get(letter, "").replace(letter, "") for letter in text]
    places = [place for place, choice in enumerate(others) if choice]
    count = min(len(places), max(1, round(share * len(text))))
    letters = list(text)
    for place in dice.choice(len(places), size=count, replace=False) if places else ():
        choice = others[places[int(place)]]
        letters[places[int(place)]] = choice[int(dice.randint(len(choice)))]
    return "".join(letters)
