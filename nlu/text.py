"""One normal form of a message for every reader, with the way back to the original code points."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LIMIT = 20_000  # characters that are looked at; nobody types more, a flood stays cheap


def _table() -> dict[str, str]:
    lines = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1] for line in lines if len(line) == 2}


CHINESE = "\u2e80"  # from here on code points are Chinese letters and signs, full-width ones and pictures
TRADITIONAL = _table()
INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
JOINERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")  # invisible, yet letters or marks to Unicode


@dataclass(frozen=True)
class Normal:
    """`origins[i]` is where character i of `text` began in the original."""

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original that [start, end) of the normal text came from."""
        return self.origins[start], self.origins[end - 1] + 1


@lru_cache(maxsize=64)  # model, rules and handlers ask for the same message one after the other
def normal(original: str) -> Normal:
    """NFKC, no invisible characters, simplified, one space for a run of white space, none beside Chinese.

    昨晚又 打我了 in one breath or in two messages must read the same.
    """
    letters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(original[:LIMIT]):
        for letter in _letters(character):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            if letters and letters[-1] == " " and (letter >= CHINESE or letters[-2:-1] >= [CHINESE]):
                letters.pop()
                origins.pop()
            letters.append(letter)
            origins.append(position)
    if letters and letters[-1] == " ":
        letters.pop()
        origins.pop()
    return Normal("".join(letters), tuple(origins))


def _letters(character: str) -> str:
    cached = _CACHE.get(character)
    if cached is None:
        cached = "".join(_letter(part) for part in unicodedata.normalize("NFKC", character))
        if len(_CACHE) < LIMIT:
            _CACHE[character] = cached
    return cached


_CACHE: dict[str, str] = {}


def _letter(part: str) -> str:
    if part.isspace():
        return " "
    category = unicodedata.category(part)
    if category in INVISIBLE or category == "Mn" or part in JOINERS:
        return ""
    return TRADITIONAL.get(part, part)


def tight(text: str) -> str:
    """Without white space, for phrase rules: 昨晚又 打我了 is 昨晚又打我了."""
    return text.replace(" ", "")
