"""Long letters put together from short sentences of one need: people write them, writers of examples do not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.taxonomy import NOT_CONSULTATIONS, group_of

SENTENCES = (2, 5)
JOINTS = ("，", "。")
EVENNESS = 0.7  # of the chances of the intents: 0 all alike, 1 by their number of examples


def letters(texts: Sequence[str], intents: Sequence[str], count: int, seed: int) -> list[tuple[str, str]]:
    """`count` letters with their intents; the same ones at every training."""
    dice = np.random.RandomState(seed)
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(texts, intents, strict=True):
        if group_of(intent) not in NOT_CONSULTATIONS:
            by_intent.setdefault(intent, []).append(text)
    names = sorted(name for name, own in by_intent.items() if len(own) >= SENTENCES[1])
    if not names:
        return []
    chances: NDArray[np.float64] = np.array([len(by_intent[name]) for name in names]) ** EVENNESS
    chosen = dice.choice(len(names), size=count, p=chances / chances.sum())
    return [(_letter(by_intent[names[int(number)]], dice), names[int(number)]) for number in chosen]


def _letter(texts: Sequence[str], dice: np.random.RandomState) -> str:
    size = dice.randint(SENTENCES[0], SENTENCES[1] + 1)
    parts = [texts[int(place)].rstrip("。，") for place in dice.choice(len(texts), size=size, replace=False)]
    return "".join(f"{part}{JOINTS[int(dice.randint(len(JOINTS)))]}" for part in parts)
