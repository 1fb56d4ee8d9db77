"""What fits on a phone: no more than 300 characters without a break, and never more than two questions at a time."""

import re
from dataclasses import replace

from handlers.turn import Outcome, Reply

LONGEST = 300  # characters without a break
MOST = 2  # questions in one answer
STOP = re.compile(r"(?<=[。！？；])")


def fit(outcome: Outcome) -> Outcome:
    """Long paragraphs are broken at the end of a sentence; words are never dropped."""
    if all(_short(reply.text) for reply in outcome.replies):
        return outcome
    return replace(outcome, replies=tuple(replace(reply, text=broken(reply.text)) for reply in outcome.replies))


def broken(text: str) -> str:
    return "\n".join(part for paragraph in text.split("\n") for part in _parts(paragraph))


def questions(outcome: Outcome) -> int:
    """Questions we ask; those inside an article are the article's."""
    return sum(asked(reply) for reply in outcome.replies)


def asked(reply: Reply) -> int:
    return 0 if reply.article is not None else reply.text.count("？")


def _short(text: str) -> bool:
    return len(text) <= LONGEST or all(len(paragraph) <= LONGEST for paragraph in text.split("\n"))


def _parts(paragraph: str) -> list[str]:
    if len(paragraph) <= LONGEST:
        return [paragraph]
    parts = [""]
    for sentence in STOP.split(paragraph):
        if parts[-1] and len(parts[-1]) + len(sentence) > LONGEST:
            parts.append("")
        parts[-1] += sentence
    return [piece for part in parts for piece in _cut(part)]


def _cut(part: str) -> list[str]:
    """A sentence longer than all patience is cut where it is."""
    return [part[at : at + LONGEST] for at in range(0, len(part), LONGEST)] or [part]
