"""Listens with the telephone desk: the same reader, scripts and places as the chat."""

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict

from bot.core import Core
from bot.pipeline import day_of
from bot.reader import Asked
from handlers.phone import silence, spoken, whose
from nlu.understanding import Danger, Understanding
from web.ears import Card, Ears, Heard

WHOLE = 600  # characters read as one: what she said last says what it is about
NEWEST = 4  # sentences judged alone as well: in a long note one of them would drown
LONGEST = 200  # characters of a sentence without a full stop
TOPICS = 4
# 她说他又动手了 is what he did, not a report about somebody else
REPORTED = re.compile(r"^(?:她|来电人|来访者|对方)(?:刚才|刚刚|又|还|就)?(?:说|讲|称|反映|告诉我)[,，:：]?\s*")
ENDS = re.compile(r"[。！？!?；;\n]+")
LEVELS = ("none", "watch", "urgent", "immediate")


def ears_of(core: Core) -> Ears:
    async def hear(text: str, harmless: Collection[str]) -> Heard:
        return await listen(core, text, harmless)

    def card(kind: str, who: str) -> Card:
        return Card(**asdict(spoken(kind, who)))

    return Ears(hear, card, Card(**asdict(silence())))


async def listen(core: Core, text: str, harmless: Collection[str]) -> Heard:
    """Once a person has judged sentences to be no danger, only what was typed since is judged."""
    said = sentences(text)
    if not said:
        return Heard()
    fresh = [one for one in said if one not in harmless]
    together = "。".join(plain(one) for one in fresh)[-WHOLE:]
    alone = [plain(one) for one in fresh[-NEWEST:]] if len(fresh) > 1 else []
    day = day_of(core.clock())
    spoken_words = "。".join(plain(one) for one in said)[-WHOLE:]
    asked = (spoken_words, *([together] if harmless and together else []), *alone)
    readings = await asyncio.gather(*(core.reader.read(Asked(one, (), None, day)) for one in asked))
    whole = readings[0].understanding
    judged = [one.understanding for one in (readings[1:] if harmless else readings)]
    risk = gravest(judged)
    return Heard(
        topics=_topics(core, whole),
        certain=not whole.abstain,
        unit=core.org.find_unit(text),
        elsewhere=core.org.elsewhere(text),
        kind=risk.kind,
        level=risk.level,
        sure=risk.sure,
        who=whose(whole, text),
        articles=readings[0].candidates,
        judged=tuple(fresh),
    )


def sentences(text: str) -> list[str]:
    return [part.strip()[:LONGEST] for part in ENDS.split(text) if part.strip()]


def plain(sentence: str) -> str:
    return REPORTED.sub("", sentence) or sentence


def gravest(judged: Sequence[Understanding]) -> Danger:
    found = [one.danger for one in judged if one.danger.kind is not None]
    return max(found, key=lambda one: (LEVELS.index(one.level), one.sure), default=Danger())


def _topics(core: Core, understood: Understanding) -> tuple[str, ...]:
    guesses = (understood.intent, *understood.needs, *(other.intent for other in understood.alternatives))
    known = core.taxonomy.intents
    return tuple(dict.fromkeys(one for one in guesses if one in known and known[one].consultation))[:TOPICS]
