"""A person is wanted: the ticket opens at once, then three questions, each skippable, none she has answered already."""

from typing import Any

from handlers import buttons, matters, memory, topics
from handlers.phrases import require, say
from handlers.state import Form
from handlers.turn import CODE, Follow, OpenMatter, OpenTicket, Outcome, Reply, Turn

NAME = "intake"
QUESTIONS = ("where", "what", "contact")
BUTTONS: dict[str, tuple[str, ...]] = {
    "where": (buttons.SKIP,),
    "what": (buttons.SKIP,),
    "contact": (buttons.HERE, buttons.SKIP),
    "number": (buttons.HERE, buttons.SKIP),
}

require(*(f"intake.{name}" for name in BUTTONS))


def wanted(turn: Turn) -> str:
    """What she wants a person for."""
    return turn.state.offer or topics.understood_topic(turn) or turn.state.topic or topics.NO_TOPIC


def start(turn: Turn, topic: str) -> Outcome:
    matter = matters.about(turn, topic)
    if matter is not None:
        return _already(turn, matter, topic)
    facts: dict[str, Any] = {}
    account = memory.account(turn)
    if account:
        facts["what"] = account
    if turn.elsewhere:
        facts[memory.ELSEWHERE] = turn.elsewhere
    opening = OpenTicket(
        topic,
        facts=facts,
        unit=turn.state.unit,
        helper=turn.understanding.helper,
        green=memory.green(turn, topic),
    )
    form = first(turn, topic)
    told = "\n".join((say("intake.opened"), say("code.line", code=CODE), when(turn)))
    return Outcome(
        handler=NAME,
        replies=(Reply(told), *([] if form is None else [question(form.asking)])),
        state=turn.state.onward(form=form, topic=topic, unsolved=0, wrong=0),
        actions=(opening, Follow("person")),
        topic=topic,
    )


def first(turn: Turn, topic: str) -> Form | None:
    """None when she has said everything before."""
    known = {
        "where": turn.state.unit is not None or turn.elsewhere is not None,
        "what": memory.account(turn) is not None,
        "contact": memory.REACH in turn.state.facts,
    }
    left = [name for name in QUESTIONS if not known[name]]
    return Form(NAME, topic, left[0], tuple(left[1:])) if left else None


def question(name: str) -> Reply:
    return Reply(say(f"intake.{name}"), BUTTONS[name])


def why() -> Reply:
    return Reply(say("intake.why"))


def when(turn: Turn) -> str:
    """When somebody is there, as a clock time; nothing is promised."""
    return say("desk.open") if turn.desk.open else say("desk.closed", next=turn.desk.next_opening)


def _already(turn: Turn, matter: OpenMatter, topic: str) -> Outcome:
    learnt = topic if matter.topic == topics.NO_TOPIC and topic != topics.NO_TOPIC else None
    return Outcome(
        handler=NAME,
        replies=(Reply(f"{say('intake.already')}\n{when(turn)}"),),
        state=turn.state.onward(unsolved=0, wrong=0),
        actions=(matters.join(turn, matter, topic=learnt), Follow("person")),
        topic=topic,
    )
