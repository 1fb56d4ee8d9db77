"""The same fixed words, for the person who answers the telephone: what to say, the number, what to ask next."""

from dataclasses import dataclass, replace

from handlers.memory import minor
from handlers.phrases import among, say
from handlers.raising import TOPICS
from handlers.scripts import NEUTRAL, about_another, question
from nlu.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Spoken:
    number: str | None
    lines: tuple[str, ...]
    questions: tuple[str, ...]
    topic: str | None


HER = "她"  # in the notes of whoever answers this is the caller


def whose(understood: Understanding, text: str) -> str:
    """Which words fit: self, helper, minor."""
    kept = tuple(one for one in understood.entities if one.type != "helper" or one.text != HER)
    if about_another(replace(understood, entities=kept), text):
        return "helper"
    return "minor" if minor(text) else "self"


def spoken(kind: str, who: str) -> Spoken:
    """`who`: self, helper or minor; where a kind has no words for minors, those for herself are read."""
    versions = among(f"danger.{kind}")
    lines = tuple(versions.get(who, versions["self"]).split("\n"))
    number = None if kind == NEUTRAL else lines[0]
    asked = (say("phone.what"),) if kind == NEUTRAL else (question(kind).text, say("phone.where"))
    return Spoken(number, lines if number is None else lines[1:], asked, TOPICS[kind][0])


def silence() -> Spoken:
    """Nobody speaks: she may not be able to."""
    lines = tuple(say("phone.silent").split("\n"))
    return Spoken(lines[0], lines[1:], (say("phone.tap"),), None)
