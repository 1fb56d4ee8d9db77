"""Cut a text into the words that the search counts."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.dictionary import Dictionary, made
from knowledge.kept import kept

WORDS_FILE = Path(__file__).with_name("words.txt")
FILLER_FILE = Path(__file__).with_name("filler.txt")
DOMAIN_FREQUENCY = 20_000  # high enough that a word of ours is not cut
WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]")


AT_ONCE = 32  # texts cut in one go

_CUTTERS: list[Dictionary] = []  # one a process, built by whoever needs it first


def _cutter(folder: Path | None) -> Dictionary:
    if not _CUTTERS:
        own = WORDS_FILE.read_bytes()
        _CUTTERS.append(Dictionary.of(kept(folder, "dictionary", own, lambda: made(vocabulary(), DOMAIN_FREQUENCY))))
    return _CUTTERS[0]


@lru_cache(maxsize=1)
def _filler() -> frozenset[str]:
    return frozenset(FILLER_FILE.read_text(encoding="utf-8").split("\n"))


@lru_cache(maxsize=1)
def _entries() -> tuple[tuple[str, ...], ...]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line.strip() and not line.startswith("#"))


def vocabulary() -> frozenset[str]:
    return frozenset(word for entry in _entries() for word in entry)


@lru_cache(maxsize=1)
def _same() -> dict[str, str]:
    """Words on one line of words.txt mean the same; the first one stands for all."""
    return {word: entry[0] for entry in _entries() for word in entry}


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def words(text: str, folder: Path | None = None) -> list[str]:
    """Words and the shorter words inside them, as for a search engine; punctuation and filler left out."""
    return words_of([text], folder)[0]


def words_of(texts: Sequence[str], folder: Path | None = None) -> list[list[str]]:
    """The words of several texts, cut together; `folder` keeps the big dictionary in a form that loads at once."""
    same, filler = _same(), _filler()
    return [
        [same.get(word, word) for word in found if WORD.search(word) and word not in filler]
        for found in _cutter(folder).cut([folded(text) for text in texts])
    ]


def cut_all(texts: Sequence[str], folder: Path | None) -> list[list[str]]:
    """The words of many texts, kept in `folder` between two starts."""
    made_from = "\n".join([*texts, WORDS_FILE.read_text("utf-8"), FILLER_FILE.read_text("utf-8")]).encode()
    return kept(folder, "cuts", made_from, lambda: list(_cut_in_parts(texts, folder)))


def _cut_in_parts(texts: Sequence[str], folder: Path | None) -> Iterator[list[str]]:
    for start in range(0, len(texts), AT_ONCE):
        yield from words_of(texts[start : start + AT_ONCE], folder)


def letters(text: str) -> list[str]:
    """Characters and their pairs: they find what jieba cut differently, and half of a misspelt word."""
    plain = "".join(WORD.findall(folded(text)))
    return [*plain, *(plain[start : start + 2] for start in range(len(plain) - 1))]
