"""Cut a text into the words that the search counts."""

import re
import unicodedata
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.kept import kept

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's own regular expressions are not raw strings
    import jieba

WORDS_FILE = Path(__file__).with_name("words.txt")
FILLER_FILE = Path(__file__).with_name("filler.txt")
DOMAIN_FREQUENCY = 20_000  # high enough that a word of ours is not cut
WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]")


_CUTTERS: list[jieba.Tokenizer] = []  # one a process, built by whoever needs it first


def _cutter(folder: Path | None) -> jieba.Tokenizer:
    if not _CUTTERS:
        _CUTTERS.append(_built(folder))
    return _CUTTERS[0]


def _built(folder: Path | None) -> jieba.Tokenizer:
    """Filled without jieba.initialize(): that logs, and shares a marshalled file in /tmp with the whole machine."""
    cutter = jieba.Tokenizer()
    made = kept(folder, "dictionary", b"", lambda: cutter.gen_pfdict(cutter.get_dict_file()))
    cutter.FREQ, cutter.total = made
    cutter.initialized = True
    for word in vocabulary():
        cutter.add_word(word, DOMAIN_FREQUENCY)
    return cutter


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
    """Words and the shorter words inside them, as for a search engine; punctuation and filler left out.

    `folder` keeps the big dictionary in a form that loads in a quarter of the time.
    """
    same, filler = _same(), _filler()
    found = (word.strip() for word in _cutter(folder).cut_for_search(folded(text), HMM=False))
    return [same.get(word, word) for word in found if WORD.search(word) and word not in filler]


def cut_all(texts: Sequence[str], folder: Path | None) -> list[list[str]]:
    """The words of many texts, kept in `folder` between two starts."""
    made_from = "\n".join([*texts, WORDS_FILE.read_text("utf-8"), FILLER_FILE.read_text("utf-8")]).encode()
    return kept(folder, "cuts", made_from, lambda: [words(text, folder) for text in texts])


def letters(text: str) -> list[str]:
    """Characters and their pairs: they find what jieba cut differently, and half of a misspelt word."""
    plain = "".join(WORD.findall(folded(text)))
    return [*plain, *(plain[start : start + 2] for start in range(len(plain) - 1))]
