"""A few words added to what she has just said: noted, and not answered with the same article again."""

from handlers import answer, buttons, heard, matters, topics
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn
from knowledge.render import details


def handle(turn: Turn) -> Outcome | None:
    topic = topics.understood_topic(turn) if turn.detail else None
    if topic is None:
        return None
    found = answer.choose(turn, topic)
    if found is not None and found.id != turn.state.article:
        return None
    matter = matters.about(turn, topic)
    actions = () if matter is None else (matters.join(turn, matter),)
    state = turn.state.onward(topic=topic)
    if found is not None and heard.asks(turn.text) and turn.state.detailed == found.id:
        return Outcome("unsure", (Reply(say("answer.unsure"), buttons.OFFER),), state.but(offer=topic), actions, topic)
    if found is not None and heard.asks(turn.text):
        reply = Reply(details(found), (buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN), article=found.id)
        return Outcome("detail", (reply,), state.but(detailed=found.id), actions, topic)
    reply = Reply(say("bubbles.noted"), (buttons.HUMAN,))
    return Outcome("detail", (reply,), state.but(offer=topic), actions, topic)
