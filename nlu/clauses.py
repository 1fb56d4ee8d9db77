"""Cuts a message where she herself says that something else begins: 另外, 还有, 再问一下."""

import re

BETWEEN = re.compile(
    r"[，。；,;！!？?\s]*(?:另外|还有就是|还有|再就是|再问一下|再问|顺便问?|此外|同时我?还?想|也想问)[，,：:\s]*"
)
LEAST = 4  # characters of a part that can be a need of its own
MOST = 4


def several(text: str) -> list[str]:
    """The parts, when there are at least two that say something; else nothing."""
    parts = [part for part in BETWEEN.split(text) if len(part) >= LEAST][:MOST]
    return parts if len(parts) > 1 else []
