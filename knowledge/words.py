"""Cut a text into the words that the search counts."""

import re
import unicodedata
import warnings
from functools import lru_cache
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's own regular expressions are not raw strings
    import jieba

WORDS_FILE = Path(__file__).with_name("words.txt")
FILLER_FILE = Path(__file__).with_name("filler.txt")
DOMAIN_FREQUENCY = 20_000  # high enough that a word of ours is not cut
WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def _cutter() -> jieba.Tokenizer:
    """Filled without jieba.initialize(): that logs, and shares a marshalled file in /tmp with the whole machine."""
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
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


def words(text: str) -> list[str]:
    """Words and the shorter words inside them, as for a search engine; punctuation and filler left out."""
    same, filler = _same(), _filler()
    found = (word.strip() for word in _cutter().cut_for_search(folded(text), HMM=False))
    return [same.get(word, word) for word in found if WORD.search(word) and word not in filler]


def letters(text: str) -> list[str]:
    """Characters and their pairs: they find what jieba cut differently, and half of a misspelt word."""
    plain = "".join(WORD.findall(folded(text)))
    return [*plain, *(plain[start : start + 2] for start in range(len(plain) - 1))]
