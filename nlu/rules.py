"""The reviewed phrase rules of danger_rules.yml: what a text says of danger without any model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.taxonomy import LEVELS, taxonomy
from nlu.text import normal, tight

RULES_FILE = Path(__file__).with_name("danger_rules.yml")


@dataclass(frozen=True)
class Rule:
    """`holds` and `fails` are sentences in which it must and must not hold."""

    name: str
    pattern: re.Pattern[str]
    holds: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    soft: bool = False


@dataclass(frozen=True)
class Rules:
    masks: tuple[Rule, ...]
    frames: tuple[Rule, ...]
    kinds: tuple[Rule, ...]
    reasons: tuple[Rule, ...]
    past: Rule
    now: re.Pattern[str]
    over: Rule


@dataclass(frozen=True)
class Findings:
    """What the rules saw: kinds by severity, what lowers, what raises, and the text left after the masks."""

    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    soft: bool = False
    past: bool = False
    over: bool = False
    masked: bool = False
    text: str = field(default="", repr=False)


def severity(level: str) -> int:
    return LEVELS.index(level)


@lru_cache(maxsize=1)
def rules() -> Rules:
    raw: dict[str, Any] = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    words = _words(raw["words"])
    return Rules(
        masks=_rules(raw["masks"], "name", words),
        frames=_rules(raw["frames"], "name", words),
        kinds=_rules(raw["kinds"], "kind", words),
        reasons=_rules(raw["reasons"], "name", words),
        past=_rule("past", raw["past"], words),
        now=_compiled(raw["past"]["now"], words),
        over=_rule("over", raw["over"], words),
    )


def find(text: str) -> Findings:
    """`text` as `nlu.text.normal` left it."""
    book = rules()
    bare = tight(text).lower()
    left = bare
    for mask in book.masks:
        left = mask.pattern.sub("", left)
    kinds = [rule.name for rule in book.kinds if rule.pattern.search(left)]
    frames = [rule for rule in book.frames if rule.pattern.search(bare)]
    return Findings(
        kinds=tuple(sorted(kinds, key=lambda kind: -severity(taxonomy().danger[kind].level))),
        reasons=tuple(rule.name for rule in book.reasons if rule.pattern.search(left)),
        frames=tuple(rule.name for rule in frames),
        soft=all(rule.soft for rule in frames),
        past=book.past.pattern.search(bare) is not None and book.now.search(bare) is None,
        over=book.over.pattern.search(bare) is not None,
        masked=left != bare,
        text=left,
    )


def findings_of(text: str) -> Findings:
    """For a text as it was typed."""
    return find(normal(text).text)


def _words(raw: Mapping[str, str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, pattern in raw.items():
        words[name] = _filled(pattern, words)
    return words


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda match: words[match[1]], pattern)


def _compiled(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_filled(pattern, words)})" for pattern in patterns))


def _rules(entries: Sequence[Mapping[str, Any]], key: str, words: Mapping[str, str]) -> tuple[Rule, ...]:
    return tuple(_rule(str(entry[key]), entry, words) for entry in entries)


def _rule(name: str, entry: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    return Rule(
        name=name,
        pattern=_compiled(entry["patterns"], words),
        holds=tuple(entry.get("holds", ())),
        fails=tuple(entry.get("fails", ())),
        soft=bool(entry.get("soft", False)),
    )
