"""A text as it sounds to somebody who types by ear: 外架女, 外嫁女 and waijianv read the same."""

import re
from functools import lru_cache
from pathlib import Path

SOUNDS_FILE = Path(__file__).with_name("sounds.txt")  # written by tools/sounds.py
LETTERS = re.compile(r"(?<![a-z])[a-z]{4,40}(?![a-z])")  # longer runs are no words
LONGEST = 6  # letters of a syllable: zhuang


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, str], dict[str, str]]:
    """Each character, and each spelling in letters, to the character that stands for all that sound like it."""
    alike: dict[int, str] = {}
    spelled: dict[str, str] = {}
    for line in SOUNDS_FILE.read_text(encoding="utf-8").splitlines():
        spellings, _, characters = line.partition(" ")
        alike.update(dict.fromkeys(map(ord, characters), characters[0]))
        spelled.update(dict.fromkeys(spellings.split(","), characters[0]))
    return alike, spelled


def sounding(text: str) -> str:
    """One character a syllable; what is no syllable stays as it is."""
    alike, _ = _tables()
    return LETTERS.sub(_spelled_out, text.translate(alike))


def alike(text: str) -> str:
    """As `sounding`, but letters stay: position by position that of the text."""
    return text.translate(_tables()[0])


def _spelled_out(match: re.Match[str]) -> str:
    return _syllables(match[0]) or match[0]


@lru_cache(maxsize=1024)
def _syllables(letters: str) -> str | None:
    """Two for lihun; None where the letters are no pinyin. The longest first syllable that works."""
    if not letters:
        return ""
    _, spelled = _tables()
    for size in range(min(LONGEST, len(letters)), 0, -1):
        first = spelled.get(letters[:size])
        rest = _syllables(letters[size:]) if first is not None else None
        if first is not None and rest is not None:
            return first + rest
    return None
