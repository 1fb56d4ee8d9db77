"""Cuts a message where she herself says that something else begins: 另外, 还有, 再问一下."""

import re
from dataclasses import replace

from nlu.danger import NO_DANGER
from nlu.encoder import Encoder
from nlu.intents import MOST_NEEDS, Guess, IntentModel

BETWEEN = re.compile(
    r"[，。；,;！!？?\s]*(?:另外|还有就是|还有|再就是|再问一下|再问|顺便问?|此外|同时我?还?想|也想问)[，,：:\s]*"
)
LEAST = 4  # characters of a part that can be a need of its own
MOST = 4


def several(text: str) -> list[str]:
    """The parts, when there are at least two that say something; else nothing."""
    parts = [part for part in BETWEEN.split(text) if len(part) >= LEAST][:MOST]
    return parts if len(parts) > 1 else []


def with_parts(guess: Guess, text: str, model: IntentModel, encoder: Encoder) -> Guess:
    """Where something else begins, every part is asked for its own need."""
    parts = several(text) if guess.needs else []
    if not parts:
        return guess
    alone = model.read(encoder.encode(parts), parts, [NO_DANGER] * len(parts))
    further = (part.needs[0] for part in alone if part.needs and not part.abstain)
    needs = dict.fromkeys((guess.needs[0], *further, *guess.needs[1:]))
    return replace(guess, needs=tuple(needs)[:MOST_NEEDS])
