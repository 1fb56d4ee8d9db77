"""The open form: her answer to the question of the moment, or something else that is answered first."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import heard, intake, matters, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import Outcome, Reply, Turn

PLACE = 20  # characters of an answer to "where" that names no place we know
COMMAND = 10  # characters up to which a command inside a form is one
CONTACT_WORDING = "1"  # version of the words under which a number was left
DIGITS = re.compile(r"\d[\d -]{5,}\d")
ASIDE = frozenset({"smalltalk_greet", "smalltalk_thanks", "smalltalk_identity", "smalltalk_abuse"})
COMMANDS = frozenset({"command_human", "command_status", "command_erase", "command_help", "command_book"})


def handle(turn: Turn) -> Outcome | None:
    form = turn.state.form
    if form is None or form.name != intake.NAME or not turn.text.strip() or _fixed(turn):
        return None
    return ANSWERS[form.asking](turn, form)


def asked_again(turn: Turn, outcome: Outcome) -> Outcome:
    """After something else was answered inside a form its question is put once more, never a third time."""
    form = outcome.state.form
    if form is None or form is not turn.state.form or form.again:
        return outcome
    return replace(
        outcome,
        replies=(*outcome.replies, intake.question(form.asking)),
        state=outcome.state.but(form=replace(form, again=True)),
    )


def _fixed(turn: Turn) -> bool:
    """Buttons of other replies, her three words, a topic chosen by button: these mean what they say."""
    said = heard.bare(turn.text)
    return (
        said in heard.HUMANS | heard.ERASES | heard.HELPED | heard.UNSOLVED
        or heard.READS.match(said) is not None
        or turn.state.expects is not None
        or topics.pressed(turn) is not None
        or turn.code_words(turn.text) is not None
    )


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
    if DIGITS.search(text):
        return _next(turn, form, {"contact": text, "contact_wording": CONTACT_WORDING})
    if heard.skips(text) or heard.HERE.search(said) or offers.declines(turn):
        return _next(turn, form, {"contact": "here"})
    if form.asking == "contact" and (heard.CALLS.match(said) or offers.accepts(turn)):
        return _ask(turn, replace(form, asking="number", again=False))
    if _aside(turn) or _other_question(turn):
        return None
    if heard.REACHED.search(text):
        return _next(turn, form, {"contact": text, "contact_wording": CONTACT_WORDING})
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
