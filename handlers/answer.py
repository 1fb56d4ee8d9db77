"""A question with a sourced answer; below the threshold the bot says so and offers a person."""

from handlers import buttons, heard, intake, matters, topics
from handlers.phrases import say
from handlers.state import State
from handlers.turn import Action, Outcome, Reply, Turn
from knowledge.article import Article
from knowledge.render import render

FITS = 0.3  # times the confidence: what an article of the understood topic may lack in score against another one
SURE = 0.6  # confidence below which a confident article knows better what she asks
OTHERS = 2  # further needs of the same message that are named
NATIONAL = "national"


def handle(turn: Turn) -> Outcome | None:
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
    """A question that the model half took for small talk, while the search knows an answer: 12338是24小时的吗."""
    understood = turn.understanding
    doubtful = understood.group in topics.PLAIN and not understood.abstain and understood.confidence < topics.CERTAIN
    best = next((one.article for one in turn.candidates if one.confident), None)
    if best is None or not doubtful or not heard.asks(turn.text):
        return None
    return next((name for name in best.intents if topics.consultation(turn.taxonomy, name)), None)


def choose(turn: Turn, topic: str) -> Article | None:
    """The best confident article, this topic's before others; a topic chosen by button takes the best of its own."""
    usable = [one for one in turn.candidates if _holds_there(turn, one.article)]
    confident = [one for one in usable if one.confident]
    if confident:
        bonus = FITS * turn.understanding.confidence
        return max(confident, key=lambda one: one.score + bonus * on(turn, one.article, topic)).article
    if topics.pressed(turn) == topic:
        return next((one.article for one in usable if on(turn, one.article, topic)), None)
    return None


def words(turn: Turn, article: Article, topic: str) -> str:
    """The article, the other needs she named, what differs elsewhere, the person, and once the notice."""
    lines = [render(article)]
    others = [topics.her(turn, name) for name in also(turn, topic)]
    if len(others) == 1:
        lines.append(say("answer.other", topic=others[0]))
    elif others:
        lines.append(say("answer.others", first=others[0], second=others[1]))
    lines.append(say("answer.elsewhere" if turn.elsewhere else "answer.more"))
    if not turn.state.notice:
        lines.append(say("notice"))
    return "\n\n".join(lines)


def also(turn: Turn, topic: str) -> tuple[str, ...]:
    """Her other needs in the same message."""
    needs = (name for name in turn.understanding.needs if not turn.taxonomy.kin(name, topic))
    return tuple(name for name in needs if topics.consultation(turn.taxonomy, name))[:OTHERS]


def _settled(turn: Turn, topic: str, found: Article) -> str:
    """What the matter is about when the model was in doubt and the search was not."""
    if on(turn, found, topic) or turn.understanding.confidence >= SURE:
        return topic
    return next((name for name in found.intents if topics.consultation(turn.taxonomy, name)), topic)


def on(turn: Turn, article: Article, topic: str) -> bool:
    return any(turn.taxonomy.kin(name, topic) for name in article.intents)


def _holds_there(turn: Turn, article: Article) -> bool:
    return turn.elsewhere is None or article.region == NATIONAL


def _answer(turn: Turn, topic: str, found: Article) -> Outcome:
    others = also(turn, topic)
    asked = tuple(topics.her(turn, name) for name in others)
    reply = Reply(
        words(turn, found, topic), (*asked, buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN), article=found.id
    )
    state = turn.state.onward(
        topic=topic, article=found.id, choices=others, guesses=topics.guesses(turn, without=topic), notice=True
    )
    outcome = Outcome("answer", (reply,), state, _joined(turn, topic), topic)
    if turn.taxonomy.intents[topic].ticket == "always" and matters.about(turn, topic) is None:
        opened = intake.start(turn, topic)
        return Outcome("answer", (reply, *opened.replies), opened.state.but(notice=True), opened.actions, topic)
    return outcome


def _joined(turn: Turn, topic: str) -> tuple[Action, ...]:
    """A question about her open matter is also read by the people who work on it."""
    matter = matters.about(turn, topic)
    return () if matter is None else (matters.join(turn, matter),)


def _refuse(turn: Turn, topic: str) -> Outcome:
    state = turn.state.onward(topic=topic, article=None, guesses=topics.guesses(turn, without=topic))
    return Outcome("refuse", (Reply(say(f"refuse.{topic}"), (buttons.HUMAN,)),), state, topic=topic)


def _unsure(turn: Turn, topic: str) -> Outcome:
    local = turn.elsewhere is not None and any(one.confident for one in turn.candidates)
    state: State = turn.state.onward(
        topic=topic, article=None, offer=topic, guesses=topics.guesses(turn, without=topic)
    )
    key = "answer.only_local" if local else "answer.unsure"
    return Outcome("unsure", (Reply(say(key), buttons.OFFER),), state, _joined(turn, topic), topic)
