"""A question with a sourced answer; below the threshold the bot says so and offers a person."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from handlers import buttons, heard, intake, matters, needs, topics
from handlers.phrases import say
from handlers.state import State
from handlers.turn import Action, Outcome, Reply, Turn
from knowledge.article import Article
from knowledge.render import REGIONS, render
from nlu.danger import rules_danger

FITS = 0.3  # times the confidence: what an article of the understood topic may lack in score against another one
PLAINLY = 0.94  # score of an article that answers although the model understood nothing
SURE = 0.6  # confidence below which a confident article knows better what she asks
RELATED, LONGEST = 2, 20  # related questions on buttons, and the characters a button holds
OTHERS = 2  # further needs of the same message that are named
NATIONAL = "national"
CITY = frozenset({"suzhou"})


def handle(turn: Turn) -> Outcome | None:
    exact = titled(turn)
    if exact is not None and not turn.understanding.danger.kind:
        topic = next((name for name in exact.intents if topics.consultation(turn.taxonomy, name)), None)
        if topic is not None and turn.taxonomy.intents[topic].ticket != "never":
            return _answer(turn, topic, exact)
    topic = topics.understood_topic(turn) or _searched(turn)
    if topic is None:
        return None
    if turn.taxonomy.intents[topic].ticket == "never":
        return _refuse(turn, topic)
    found = choose(turn, topic)
    if found is None:
        return _unsure(turn, topic)
    return _answer(turn, _settled(turn, topic, found), found)


def _searched(turn: Turn) -> str | None:
    """A question that the model did not understand or half took for small talk, while the search knows an answer."""
    understood = turn.understanding
    doubtful = understood.abstain or (understood.group in topics.PLAIN and understood.confidence < topics.CERTAIN)
    least = PLAINLY if understood.abstain else 0.0
    best = next((one.article for one in turn.candidates if one.confident and one.score >= least), None)
    if best is None or not doubtful or not heard.asks(turn.text):
        return None
    return next((name for name in best.intents if topics.consultation(turn.taxonomy, name)), None)


def choose(turn: Turn, topic: str) -> Article | None:
    """The best confident article, this topic's before others; a topic chosen by button takes the best of its own."""
    usable = sorted(turn.candidates, key=lambda one: not holds_there(turn, one.article))
    confident = [one for one in usable if one.confident]
    if confident:
        bonus = FITS * turn.understanding.confidence
        return max(confident, key=lambda one: one.score + bonus * on(turn, one.article, topic)).article
    if topics.pressed(turn) == topic:
        return next((one.article for one in usable if on(turn, one.article, topic)), None)
    return None


def words(turn: Turn, article: Article, topic: str) -> str:
    """The article, the other needs she named, what differs elsewhere, and the person."""
    lines = [render(article)]
    others = [topics.her(turn, name) for name in also(turn, topic)]
    if len(others) == 1:
        lines.append(say("answer.other", topic=others[0]))
    elif others:
        lines.append(say("answer.others", first=others[0], second=others[1]))
    lines.append(_there(turn, article))
    return "\n\n".join(lines)


def _there(turn: Turn, article: Article) -> str:
    """A place outside the city has its own 12338; a rule of here is marked as one."""
    if turn.elsewhere is None:
        return say("answer.more")
    if holds_there(turn, article):
        return say("answer.elsewhere", place=turn.elsewhere)
    return say("answer.local", place=turn.elsewhere, region=REGIONS[article.region])


def also(turn: Turn, topic: str) -> tuple[str, ...]:
    """Her other needs in the same message that get no short answer of their own."""
    told = {name for name, _ in needs.answered(turn, topic)}
    others = (name for name in turn.understanding.needs if not turn.taxonomy.kin(name, topic) and name not in told)
    return tuple(name for name in others if topics.consultation(turn.taxonomy, name))[:OTHERS]


def related(find: Callable[[str], Article | None], article: Article) -> tuple[str, ...]:
    """Titles of related articles that may answer today; pressed, a title is the plainest question there is."""
    found = (find(name) for name in article.related)
    titles = (one.title for one in found if one is not None and len(one.title) <= LONGEST)
    return tuple(islice((title for title in titles if _harmless(title)), RELATED))


@lru_cache(maxsize=1024)
def _harmless(title: str) -> bool:
    return rules_danger(title).kind is None


@lru_cache(maxsize=1024)
def _bare_title(title: str) -> str:
    """Apart from her messages, which would push the few hundred titles out."""
    return heard.bare(title)


def titled(turn: Turn) -> Article | None:
    """The article whose title is exactly what she wrote, or what stood on the button she pressed."""
    said = heard.bare(turn.text)
    return next((one.article for one in turn.candidates if _bare_title(one.article.title) == said), None)


def _settled(turn: Turn, topic: str, found: Article) -> str:
    """What the matter is about when the model was in doubt and the search was not."""
    if on(turn, found, topic) or turn.understanding.confidence >= SURE:
        return topic
    return next((name for name in found.intents if topics.consultation(turn.taxonomy, name)), topic)


def on(turn: Turn, article: Article, topic: str) -> bool:
    return any(turn.taxonomy.kin(name, topic) for name in article.intents)


def holds_there(turn: Turn, article: Article) -> bool:
    """National law holds everywhere, the province's in all of it."""
    if turn.elsewhere is None or article.region == NATIONAL:
        return True
    return article.region not in CITY and turn.same_province(turn.elsewhere)


def _answer(turn: Turn, topic: str, found: Article) -> Outcome:
    others = also(turn, topic)
    asked = tuple(topics.her(turn, name) for name in others)
    near = () if asked else related(turn.find_article, found)
    shown = (*asked, *near, buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN)
    replies = [
        Reply(words(turn, found, topic), article=found.id),
        *(needs.short(turn, name, article) for name, article in needs.answered(turn, topic)),
    ]
    replies[-1] = replace(replies[-1], buttons=shown)
    state = turn.state.onward(
        topic=topic, article=found.id, choices=others, guesses=topics.guesses(turn, without=topic)
    )
    outcome = Outcome("answer", tuple(replies), state, _joined(turn, topic), topic)
    if turn.taxonomy.intents[topic].ticket == "always" and matters.about(turn, topic) is None:
        opened = intake.start(turn, topic)
        return Outcome("answer", (*replies, *opened.replies), opened.state, opened.actions, topic)
    return outcome


def _joined(turn: Turn, topic: str) -> tuple[Action, ...]:
    """A question about her open matter is also read by the people who work on it."""
    matter = matters.about(turn, topic)
    return () if matter is None else (matters.join(turn, matter),)


def _refuse(turn: Turn, topic: str) -> Outcome:
    """Not ours: the office that does it where the directory knows one, else 12345."""
    office = choose(turn, topic)
    if office is None or topic not in office.intents:
        text, article = say(f"refuse.{topic}"), None
    else:
        text, article = render(office), office.id
    state = turn.state.onward(topic=topic, article=article, guesses=topics.guesses(turn, without=topic))
    return Outcome("refuse", (Reply(text, (buttons.HUMAN,), article=article),), state, topic=topic)


def _unsure(turn: Turn, topic: str) -> Outcome:
    state: State = turn.state.onward(
        topic=topic, article=None, offer=topic, guesses=topics.guesses(turn, without=topic)
    )
    there = say("answer.unsure_elsewhere", place=turn.elsewhere) if turn.elsewhere else say("answer.unsure")
    return Outcome("unsure", (Reply(there, buttons.OFFER),), state, _joined(turn, topic), topic)
