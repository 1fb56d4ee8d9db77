"""Which open matter of hers a message belongs to, and the line that says it was added."""

from typing import Any

from handlers import heard, memory, topics
from handlers.phrases import say
from handlers.turn import JoinTicket, OpenMatter, Outcome, Reply, Turn

ALARMING = frozenset({"urgent", "immediate"})


def alarming(turn: Turn) -> OpenMatter | None:
    return next((matter for matter in turn.matters if matter.danger_level in ALARMING), None)


def dangerous(turn: Turn) -> OpenMatter | None:
    """The gravest first: somebody must look at these, whatever she says later."""
    return alarming(turn) or next((matter for matter in turn.matters if matter.danger_kind), None)


def about(turn: Turn, topic: str) -> OpenMatter | None:
    """Her open matter on this topic or a near one."""
    same = [matter for matter in turn.matters if matter.topic == topic]
    return next(iter(same), None) or next(
        (matter for matter in turn.matters if topics.near(turn, matter.topic, topic)), None
    )


def join(turn: Turn, matter: OpenMatter, **changes: Any) -> JoinTicket:
    """Her message as part of an open matter, with what it says about place and person."""
    learnt = topics.understood_topic(turn) if matter.topic == topics.NO_TOPIC else None
    values: dict[str, Any] = {
        "unit": turn.state.unit,
        "green": memory.green(turn),
        "topic": None if learnt == topics.NO_TOPIC else learnt,
        **changes,
    }
    return JoinTicket(matter.id, **values)


def handle(turn: Turn) -> Outcome | None:
    """A message on an open matter that is no new topic, and no question that has an answer, joins its ticket."""
    matter = _belongs(turn)
    if matter is None:
        return None
    return Outcome(
        handler="matter",
        replies=(Reply(say("matter.joined")),),
        state=turn.state.onward(),
        actions=(join(turn, matter),),
    )


def _belongs(turn: Turn) -> OpenMatter | None:
    if not turn.matters or not turn.text.strip() or heard.fragment(turn.text) or topics.pressed(turn):
        return None
    if heard.whole_question(turn.text, turn.candidates):
        return None
    understood = turn.understanding
    if understood.abstain:
        return None if heard.wordless(turn.text) else turn.matters[0]
    topic = None if understood.group in topics.PLAIN else topics.understood_topic(turn)
    return None if topic is None else about(turn, topic)
