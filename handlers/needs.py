"""Several needs in one message: each gets its own short answer with its source, or a person."""

import re

from handlers import buttons, topics
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn
from knowledge.article import Article, Candidate
from knowledge.render import render

MOST = 3  # needs answered in one go
LEAST = 4  # characters of a part that can be a need of its own
PARTS = 6
SURE = 0.5  # a part is a need only when it is understood by itself
SAYS = 20  # characters
SENTENCE = re.compile(r"[^。！？]+[。！？]?")
CUT = re.compile(r"[，,。.；;！!？?\n]+|另外|还有就是|还有|以及|同时|顺便|再就是|再问一?下?|此外")


def parts(text: str) -> tuple[str, ...]:
    """What may be a need by itself; nothing when the message is one piece."""
    found = [part.strip() for part in CUT.split(text) if len(part.strip()) >= LEAST][:PARTS]
    return tuple(found) if len(found) > 1 else ()


def answered(turn: Turn, main: str) -> tuple[tuple[str, Article], ...]:
    """Her needs besides the main one that have an article of their own."""
    found: list[tuple[str, Article]] = []
    for topic, candidates in turn.further:
        article = _fitting(turn, topic, candidates)
        known = any(turn.taxonomy.kin(topic, other) for other in (main, *(name for name, _ in found)))
        if article is not None and not known:
            found.append((topic, article))
    return tuple(found)[: MOST - 1]


def _fitting(turn: Turn, topic: str, candidates: tuple[Candidate, ...]) -> Article | None:
    fitting = (one for one in candidates if any(turn.taxonomy.kin(name, topic) for name in one.article.intents))
    best = next(fitting, None)
    return best.article if best is not None and (best.confident or best is candidates[0]) else None


def short(turn: Turn, topic: str, article: Article) -> Reply:
    """What it comes to, the first step, and where it is written."""
    *_, basis = render(article).splitlines()
    told = (say("needs.also", topic=topics.her(turn, topic)), lead(article.answer), f"· {article.steps[0]}", basis)
    return Reply("\n".join(told), article=article.id)


def lead(answer: str) -> str:
    """The first sentences, as many as it takes to say something: 一般不可以。 alone does not."""
    told = ""
    for sentence in SENTENCE.findall(answer.strip()):
        told += sentence
        if len(told) >= SAYS:
            break
    return told


def _left(turn: Turn, told: list[str]) -> list[str]:
    """Her needs that have no answer of their own yet: their buttons stand below."""
    named = dict.fromkeys((*(name for name, _ in turn.further), *turn.understanding.needs))
    known = [name for name in named if topics.consultation(turn.taxonomy, name)]
    return [name for name in known if not any(turn.taxonomy.kin(name, other) for other in told)][: MOST - 1]


def _blurred(turn: Turn) -> bool:
    """The whole is not understood, or as something that none of its parts is."""
    whole = turn.understanding
    return whole.abstain or not any(turn.taxonomy.kin(whole.intent, name) for name, _ in turn.further)


def handle(turn: Turn) -> Outcome | None:
    """As a whole too much at once to be one topic, but each part is understood."""
    if len(turn.further) < 2 or not _blurred(turn):
        return None
    main = turn.further[0][0]
    first = _fitting(turn, main, turn.further[0][1])
    rest = answered(turn, main)
    told = (*(((main, first),) if first is not None else ()), *rest)
    if not told:
        return None
    left = _left(turn, [name for name, _ in told])
    replies = [short(turn, topic, article) for topic, article in told]
    shown = tuple(topics.her(turn, name) for name in left)
    replies.append(Reply(say("answer.more"), (*shown, buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN)))
    state = turn.state.onward(topic=main, article=told[0][1].id, choices=tuple(left), guesses=())
    return Outcome("needs", tuple(replies), state, topic=main)
