"""What changed between two versions, line by line, as staff read it."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    kind: str  # same, gone, new
    text: str


def changes(old: str, new: str) -> list[Change]:
    """Changed lines with one unchanged line around them."""
    found = []
    for line in difflib.unified_diff(old.split("\n"), new.split("\n"), lineterm="", n=1):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            found.append(Change("same", "…"))
        else:
            found.append(Change({"-": "gone", "+": "new"}.get(line[0], "same"), line[1:]))
    return found
