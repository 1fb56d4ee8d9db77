"""What a password must be: NIST's rules (long, nothing else) or those of 等保 (mixed, changed every 90 days)."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

LONGEST: Final = 128
NIST_LENGTH: Final = 15
DENGBAO_LENGTH: Final = 8
DENGBAO_CLASSES: Final = 3
DENGBAO_AGE: Final = 90 * 24 * 3600 * 1_000_000
LOCAL: Final = ("妇联", "fulian", "苏州", "suzhou", "12338", "半边天", "halfsky")
RUNS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "一二三四五六七八九十" * 2,
)
SHORTEST_RUN: Final = 4
LEFT_OVER: Final = 5  # different characters that must remain when common words and runs are taken out


def normal(password: str) -> str:
    """The form that is counted and hashed: full-width and composed characters are the same on every keyboard."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, *, rules: str, names: Sequence[str] = (), old: str | None = None) -> str | None:
    """Why this password is refused, in words for its owner; None when it is good. `names`: login and name."""
    plain = normal(password)
    wrong = _nist(plain) if rules == "nist" else _dengbao(plain)
    if wrong is None and len(plain) > LONGEST:
        wrong = f"口令最长 {LONGEST} 位"
    if wrong is None and old is not None and plain == normal(old):
        wrong = "新口令不能和现在的一样"
    return wrong or _guessable(plain.casefold(), [normal(name).casefold() for name in names])


def expired(password_at: int, *, rules: str, now: int) -> bool:
    return rules == "dengbao" and now - password_at > DENGBAO_AGE


def advice(rules: str) -> str:
    """One line under the field."""
    if rules == "nist":
        return f"至少 {NIST_LENGTH} 位，不限字符。几个不相干的词连起来，好记又难猜"
    return f"至少 {DENGBAO_LENGTH} 位，大写、小写、数字、符号中至少三类，90 天更换一次"


def _nist(plain: str) -> str | None:
    return f"口令至少 {NIST_LENGTH} 位，现在 {len(plain)} 位" if len(plain) < NIST_LENGTH else None


def _dengbao(plain: str) -> str | None:
    if len(plain) < DENGBAO_LENGTH:
        return f"口令至少 {DENGBAO_LENGTH} 位，现在 {len(plain)} 位"
    kinds = {_kind(character) for character in plain}
    if len(kinds) < DENGBAO_CLASSES:
        return "大写字母、小写字母、数字、符号，至少要有三类"
    return None


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "upper"
    return "lower" if character.islower() else "other"


def _guessable(plain: str, names: Sequence[str]) -> str | None:
    for word in LOCAL:
        if word in plain:
            return f"请不要用“{word}”这样的单位名、地名或热线号，容易被猜到"
    if any(len(name) > 1 and name in plain for name in names):
        return "请不要把账号或姓名放进口令"
    rest = plain
    for word in common_words():
        rest = rest.replace(word, "")
    if len(set(_without_runs(rest))) < LEFT_OVER:
        return "这个口令太常见，请换一个别人想不到的"
    return None


@cache
def common_words() -> tuple[str, ...]:
    """Longest first, so that a long word is not left in pieces by a short one."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    words = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _without_runs(text: str) -> str:
    """Take out runs along the keyboard or the alphabet, in both directions."""
    roads = [*RUNS, *(road[::-1] for road in RUNS)]
    kept = ""
    at = 0
    while at < len(text):
        end = at + SHORTEST_RUN
        while end <= len(text) and any(text[at:end] in road for road in roads):
            end += 1
        if end > at + SHORTEST_RUN:
            at = end - 1
            continue
        kept += text[at]
        at += 1
    return kept
