"""I don't know, here is a person; two guesses in her words where there are some."""

from handlers import buttons, heard, topics
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

GUESSES = 2
LIKELY = 0.25  # of the best guess, below which guessing would only confuse


def _chance(turn: Turn, topic: str) -> float:
    understood = turn.understanding
    chances = {other.intent: other.confidence for other in understood.alternatives}
    return understood.confidence if topic == understood.intent else chances.get(topic, 0.0)


def handle(turn: Turn) -> Outcome:
    if turn.kind == "sticker" or heard.wordless(turn.text):
        return Outcome("smalltalk", (Reply(say("unknown.emoji"), (buttons.HUMAN,)),), turn.state.onward())
    found = topics.guesses(turn)
    topic = turn.state.topic or topics.NO_TOPIC
    if found and (_chance(turn, found[0]) >= LIKELY or any(one.confident for one in turn.candidates)):
        words = tuple(topics.her(turn, name) for name in found[:GUESSES])
        reply = Reply(say("answer.clarify"), (*words, buttons.NONE, buttons.HUMAN))
        state = turn.state.onward(choices=found[:GUESSES], guesses=found[GUESSES:], offer=found[0])
        return Outcome("unknown", (reply,), state)
    return Outcome("unknown", (Reply(say("unknown.plain"), buttons.OFFER),), turn.state.onward(offer=topic))
