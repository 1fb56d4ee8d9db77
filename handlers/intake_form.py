"""Her answers to the three questions of intake; what she tells besides is kept, and nothing is asked twice."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import callback, heard, intake, matters, memory, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import Outcome, Reply, Turn
from tickets.arranging import Reached
from tickets.callbacks import number_in
from tickets.reaching import WORDING

PLACE = 20  # characters of an answer to "where" that names no place we know
COMMAND = 10  # characters up to which a command inside a form is one
DIGITS = re.compile(r"\d[\d -]{5,}\d")
ASIDE = frozenset({"smalltalk_greet", "smalltalk_thanks", "smalltalk_identity", "smalltalk_abuse"})
COMMANDS = frozenset({"command_human", "command_status", "command_erase", "command_help", "command_book"})


def answer(turn: Turn, form: Form) -> Outcome | None:
    return ANSWERS[form.asking](turn, form)


def question(_turn: Turn, form: Form) -> Reply:
    return intake.question(form.asking)


def _where(turn: Turn, form: Form) -> Outcome | None:
    text = turn.text.strip()
    if heard.skips(text) or offers.declines(turn):
        return _next(turn, form, {})
    unit = turn.find_place(text) or turn.unit
    if unit is None and heard.WHY.search(text):
        return Outcome(intake.NAME, (intake.why(),), turn.state.onward())
    if _aside(turn) or (unit is None and heard.asks(text)):
        return None
    if unit is None and (len(text) > PLACE or offers.accepts(turn)):
        return _next(turn, form, {"what": text}, keep=True) if len(text) > PLACE else None
    return _next(turn, form, {"where": text}, unit=unit)


def _what(turn: Turn, form: Form) -> Outcome | None:
    text = turn.text.strip()
    if heard.skips(text) or offers.declines(turn):
        return _next(turn, form, {})
    if _aside(turn) or offers.accepts(turn) or (_other_question(turn) and not _same_matter(turn, form)):
        return None
    return _next(turn, form, {"what": text}, unit=turn.unit)


def _contact(turn: Turn, form: Form) -> Outcome | None:
    text = turn.text.strip()
    said = heard.bare(text)
    if number_in(text):
        return _called(turn, form, text)
    if DIGITS.search(text):
        return _next(turn, form, {"contact": text, "contact_wording": WORDING})
    if heard.skips(text) or heard.HERE.search(said) or offers.declines(turn):
        return _here(turn, form, asked_for=heard.HERE.search(said) is not None)
    if form.asking == "contact" and (heard.CALLS.match(said) or offers.accepts(turn)):
        return _ask(turn, replace(form, asking="number", again=False))
    if _aside(turn) or _other_question(turn):
        return None
    if heard.REACHED.search(text):
        return _next(turn, form, {"contact": text, "contact_wording": WORDING})
    return _next(turn, form, {"more": text}, keep=True)


ANSWERS: Mapping[str, Callable[[Turn, Form], Outcome | None]] = {
    "where": _where,
    "what": _what,
    "contact": _contact,
    "number": _contact,
}


def _aside(turn: Turn) -> bool:
    understood = turn.understanding
    if understood.abstain:
        return False
    return understood.intent in ASIDE or (understood.intent in COMMANDS and len(turn.text.strip()) <= COMMAND)


def _other_question(turn: Turn) -> bool:
    return heard.asks(turn.text) and topics.understood_topic(turn) is not None


def _same_matter(turn: Turn, form: Form) -> bool:
    topic = topics.understood_topic(turn)
    return topic is None or (topics.near(turn, topic, form.topic) and not _answerable(turn))


def _answerable(turn: Turn) -> bool:
    return len(turn.text.strip()) <= PLACE and any(one.confident for one in turn.candidates)


def _ask(turn: Turn, form: Form) -> Outcome:
    return Outcome(intake.NAME, (intake.question(form.asking),), turn.state.onward(form=form))


def _next(turn: Turn, form: Form, facts: Mapping[str, Any], *, unit: str | None = None, keep: bool = False) -> Outcome:
    """Her answer goes onto the ticket; `keep` puts the same question again, because she told something else."""
    known = {**form.facts, **facts}
    left = (form.asking, *form.left) if keep and not form.again else form.left
    left = tuple(name for name in left if not (name == "what" and "what" in known))
    learnt = topics.understood_topic(turn) if form.topic == topics.NO_TOPIC and "what" in facts else None
    topic = learnt if learnt and learnt != topics.NO_TOPIC else form.topic
    matter = matters.about(turn, form.topic)
    changes: dict[str, Any] = {"facts": facts, "topic": learnt}
    if unit:
        changes["unit"] = unit
    actions = () if matter is None else (matters.join(turn, matter, **changes),)
    state = turn.state.onward(unit=unit or turn.state.unit, topic=topic)
    if not left:
        done = Reply(f"{say('intake.done')}\n{intake.when(turn)}")
        return Outcome(intake.NAME, (done,), state.but(form=None), actions, topic)
    onward = Form(form.name, topic, left[0], left[1:], known, again=keep)
    return Outcome(intake.NAME, (intake.question(left[0]),), state.but(form=onward), actions, topic)


def _called(turn: Turn, form: Form, text: str) -> Outcome:
    """A number is an answer to more than one question: what it leaves open is asked by the call-back form."""
    told = _next(turn, form, {"contact": text, "contact_wording": WORDING})
    called = callback.from_intake(turn, form.topic, {})
    if told.state.form is not None:
        return told.adding(*called.actions)
    state = called.state.but(unit=told.state.unit, topic=told.state.topic)
    return replace(called, handler=intake.NAME, state=state, actions=(*told.actions, *called.actions), topic=told.topic)


def _here(turn: Turn, form: Form, *, asked_for: bool) -> Outcome:
    told = _next(turn, form, {"contact": "here"})
    state = told.state.but(facts={**told.state.facts, memory.REACH: "here"})
    reached = (Reached(how="here"),) if asked_for else ()
    return replace(told, state=state, actions=(*told.actions, *reached))
