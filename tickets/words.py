"""The code of three everyday words that brings her back to her own matters: drawing one and reading one."""

import random
import re
import unicodedata
from collections.abc import Collection, Sequence

WORDS = 3
LENGTH = 2
BETWEEN = re.compile(r"[\s、，,。.；;：:/\\|+\-—_·~～\"'“”‘’「」【】()（）]+")
LEAD = re.compile(r"^(?:(?:我的|我|这个|取信|查询|回来的?)?(?:暗号|口令|三个词|密码|编码|代码|码)?(?:就?是|为)?)+")
MARKED = re.compile(r"暗号|口令|三个词|密码|编码|代码")


def code_words(words: Sequence[str], rng: random.Random) -> str:
    """荷花 雨伞 小桥: independent draws, so the same word may come twice."""
    return " ".join(rng.choice(words) for _ in range(WORDS))


def normalise(words: Collection[str], text: str) -> str | None:
    """The code as it is stored, if the text is one or announces one; else None.

    Spaces, commas or nothing between the words; three words in the middle of a sentence are no code.
    """
    parts = [part for part in BETWEEN.split(unicodedata.normalize("NFKC", text)) if part]
    whole = _three("".join(parts), words)
    if whole or not parts or not MARKED.search(text):
        return whole
    for start in range(len(parts)):
        stripped = LEAD.sub("", parts[start])
        for end in range(start + 1, min(start + WORDS, len(parts)) + 1):
            found = _three(stripped + "".join(parts[start + 1 : end]), words)
            if found:
                return found
    return None


def _three(text: str, words: Collection[str]) -> str | None:
    if len(text) != WORDS * LENGTH:
        return None
    found = [text[at : at + LENGTH] for at in range(0, len(text), LENGTH)]
    return " ".join(found) if all(word in words for word in found) else None
