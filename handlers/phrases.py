"""The words the bot says to her, read once from phrases.yml; a key or a value that is missing is an error."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PHRASES_FILE = Path(__file__).with_name("phrases.yml")
HOLE = re.compile(r"\{([a-z_]+)\}")
HOLES = frozenset(
    {"call", "code", "first", "kind", "next", "number", "place", "region", "second", "state", "topic", "when", "who"}
)


class PhraseFault(ValueError):
    """phrases.yml and the program do not fit together; the message names the key."""


def load_phrases(path: Path = PHRASES_FILE) -> dict[str, str]:
    """Every phrase by its dotted key; empty ones, stray braces and unknown holes are refused."""
    phrases = dict(_flat("", yaml.safe_load(path.read_text(encoding="utf-8"))))
    for key, text in phrases.items():
        if not text.strip():
            raise PhraseFault(f"{key}: empty")
        if set(HOLE.findall(text)) - HOLES or re.search(r"[{}]", HOLE.sub("", text)):
            raise PhraseFault(f"{key}: a hole that nothing fills")
    return phrases


def _flat(prefix: str, node: Any) -> Iterable[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, below in node.items():
            yield from _flat(f"{prefix}.{name}" if prefix else str(name), below)
    elif isinstance(node, str):
        yield prefix, node
    else:
        raise PhraseFault(f"{prefix}: not a text")


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, str]:
    return load_phrases()


def say(key: str, **values: str) -> str:
    """Values are put in once and never read as patterns themselves."""
    text = phrases().get(key)
    if text is None:
        raise PhraseFault(f"{key}: no such phrase")
    if not values and "{" not in text:
        return text
    if set(HOLE.findall(text)) != set(values):
        raise PhraseFault(f"{key}: needs {sorted(set(HOLE.findall(text)))}, got {sorted(values)}")
    return HOLE.sub(lambda hole: values[hole[1]], text)


def require(*keys: str) -> None:
    """For keys that are put together at run time: called at import, so that a gap stops the start."""
    missing = [key for key in keys if key not in phrases()]
    if missing:
        raise PhraseFault(f"{', '.join(missing)}: no such phrase")


@lru_cache(maxsize=64)
def among(prefix: str) -> Mapping[str, str]:
    """What stands directly below a key, by its last name."""
    start = f"{prefix}."
    found = {key.removeprefix(start): text for key, text in phrases().items() if key.startswith(start)}
    if not found:
        raise PhraseFault(f"{prefix}: nothing below it")
    return {name: text for name, text in found.items() if "." not in name}
