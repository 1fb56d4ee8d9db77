"""不是这个意思: the topic is dropped, the next two are offered in her words; the second time a person is."""

from handlers import buttons, corrections, matters, topics
from handlers.phrases import say
from handlers.turn import Follow, Outcome, Reply, Turn

CHOICES = 2


def handle(turn: Turn) -> Outcome | None:
    said_wrong = topics.commanded(turn, "command_wrong") and not corrections.of_place(turn)
    if turn.held or matters.alarming(turn) or not (said_wrong or turn.text.strip() == buttons.NONE):
        return None
    return _person(turn) if turn.state.wrong else _next_topics(turn)


def _person(turn: Turn) -> Outcome:
    topic = turn.state.offer or turn.state.topic or topics.NO_TOPIC
    return Outcome(
        handler="wrong",
        replies=(Reply(say("wrong.again"), buttons.OFFER),),
        state=turn.state.onward(wrong=turn.state.wrong + 1, offer=topic, topic=None, form=None),
        actions=(Follow("wrong"),),
    )


def _next_topics(turn: Turn) -> Outcome:
    offered = turn.state.guesses[:CHOICES]
    if offered:
        words = tuple(topics.her(turn, name) for name in offered)
        reply = Reply(say("wrong.first"), (*words, buttons.NONE, buttons.HUMAN))
    else:
        reply = Reply(say("wrong.blank"), (buttons.HUMAN,))
    return Outcome(
        handler="wrong",
        replies=(reply,),
        state=turn.state.onward(
            wrong=1, topic=None, article=None, form=None, choices=offered, guesses=turn.state.guesses[CHOICES:]
        ),
        actions=(Follow("wrong"),),
    )
