"""A complaint about the federation's own people: taken at once, one level up, hidden from those it is about."""

import re
from dataclasses import replace
from typing import Any

from handlers import buttons, heard, intake, matters, memory, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import CODE, OpenTicket, Outcome, Reply, Turn

NAME = "complain"
TOPIC = "other_complaint"
QUESTIONS = ("who", "what")
WISH = re.compile(r"^(?:你好)?(?:我)?(?:就)?(?:是)?(?:要|想|得)?(?:来)?(?:投诉|举报|控告|告)")
OURS = re.compile(r"妇联|妇工委|你们|12338|接待|调解员|热线|工作人员|值班律师|妇女主任")
PERSON = re.compile(r"[一-龥](?:主席|主任|部长|科长|老师|同志|大姐|律师|干事)|姓[一-龥]|叫[一-龥]{2,3}")
LONGEST = 40  # characters of an answer to "who"


def handle(turn: Turn) -> Outcome | None:
    pressed = turn.text.strip() == buttons.COMPLAIN
    understood = turn.understanding
    named = understood.intent == TOPIC and not understood.abstain
    said = WISH.match(heard.bare(turn.text)) and not heard.asks(turn.text)
    if not pressed and not (said and (named or OURS.search(turn.text))):
        return None
    return start(turn)


def start(turn: Turn) -> Outcome:
    matter = next((one for one in turn.matters if one.topic == TOPIC), None)
    if matter is not None:
        more = Reply("\n".join((say("complain.more"), intake.when(turn))))
        return Outcome(NAME, (more,), turn.state.onward(topic=TOPIC), (matters.join(turn, matter),), TOPIC)
    told = str(turn.state.facts.get(memory.TOLD) or "")
    account = memory.account(turn)
    facts: dict[str, Any] = {"what": account} if account else {}
    left = tuple(name for name in QUESTIONS if not _known(turn, name, told))
    opening = OpenTicket(TOPIC, facts=facts, unit=turn.state.unit)
    words = "\n".join((say("complain.opened"), say("code.line", code=CODE), intake.when(turn)))
    state = turn.state.onward(topic=TOPIC, unsolved=0, wrong=0)
    asked = _ask(turn, left)
    return Outcome(NAME, (Reply(words), asked.replies[0]), state.but(form=asked.state.form), (opening,), TOPIC)


def question(_turn: Turn, form: Form) -> Reply:
    return Reply(say("complain.who") if form.asking == "who" else say("complain.what"), (buttons.SKIP,))


def answer(turn: Turn, form: Form) -> Outcome | None:
    """Her answer goes onto the complaint; whom it names is kept from it as it is written."""
    text = turn.text.strip()
    matter = next((one for one in turn.matters if one.topic == TOPIC), None)
    if heard.skips(text) or offers.declines(turn):
        return _ask(turn, form.left)
    if _elsewhere(turn):
        return None
    left = form.left
    key = "what" if form.asking == "who" and len(text) > LONGEST else "about" if form.asking == "who" else "what"
    if key == "what":
        left = tuple(name for name in left if name != "what")
    actions = () if matter is None else (matters.join(turn, matter, facts={key: text}, unit=None),)
    return replace(_ask(turn, left), actions=actions)


def offered(turn: Turn, outcome: Outcome) -> Outcome:
    """Under an answer about complaints: the way to make one."""
    about = outcome.topic == TOPIC and outcome.handler in {"answer", "unsure"}
    if not about or any(one.topic == TOPIC for one in turn.matters) or not outcome.replies:
        return outcome
    return replace(outcome, replies=(*outcome.replies, Reply(say("complain.offer"), (buttons.COMPLAIN,))))


def _known(turn: Turn, name: str, told: str) -> bool:
    if name == "what":
        return memory.account(turn) is not None
    return PERSON.search(told) is not None


def _elsewhere(turn: Turn) -> bool:
    """A question about something else is answered first."""
    topic = topics.understood_topic(turn)
    return heard.asks(turn.text) and topic is not None and topic != TOPIC


def _ask(turn: Turn, left: tuple[str, ...]) -> Outcome:
    """The next question; after the last one how she may be reached, unless she has said so."""
    if left:
        form = Form(NAME, TOPIC, left[0], left[1:])
        return Outcome(NAME, (question(turn, form),), turn.state.onward(form=form), topic=TOPIC)
    if memory.REACH not in turn.state.facts:
        form = Form(intake.NAME, TOPIC, "contact", ())
        return Outcome(NAME, (intake.question("contact"),), turn.state.onward(form=form), topic=TOPIC)
    done = Reply("\n".join((say("complain.done"), intake.when(turn))))
    return Outcome(NAME, (done,), turn.state.onward(form=None), topic=TOPIC)
