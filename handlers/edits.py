"""A message she has changed: read again as if she had written it so at first, and nothing is said twice."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import callback, form, intake, matters, memory
from handlers.phrases import say
from handlers.state import Form, State
from handlers.turn import Action, Edited, Outcome, Reply, Turn
from tickets.arranging import CallBack
from tickets.callbacks import number_in

NAME = "edited"
# Answers to a question of ours: the question has moved on since, the answer is changed where it was kept.
ANSWERS = frozenset({NAME, *form.FORMS})


def without(state: State, texts: Sequence[str]) -> State:
    """What is remembered of her words, without these: the new ones take their place."""
    gone = frozenset(text.strip() for text in texts)
    facts = dict(state.facts)
    for text in gone:
        if told := _left_out(str(facts.get(memory.TOLD) or ""), text):
            facts[memory.TOLD] = told
        else:
            facts.pop(memory.TOLD, None)
    return state.but(
        waiting=tuple(text for text in state.waiting if text.strip() not in gone),
        recent=tuple((text, at) for text, at in state.recent if text not in gone),
        question="" if state.question in gone else state.question,
        facts=facts,
    )


def handle(turn: Turn) -> Outcome | None:
    """A changed answer to a form is no answer to the question that stands there now."""
    old = turn.edited
    if old is None or old.handler not in ANSWERS or not turn.text.strip():
        return None
    opened = turn.state.form
    matter = (matters.about(turn, opened.topic) if opened else None) or next(iter(turn.matters), None)
    actions: tuple[Action, ...] = ()
    if matter is not None:
        unit = turn.unit if turn.unit != matter.unit else None
        kept = _place(turn, old) is None and number_in(old.text) is None
        facts = {"what": turn.text.strip()} if kept and len(turn.text.strip()) >= memory.ACCOUNT else {}
        actions = (matters.join(turn, matter, facts=facts, unit=unit, corrects=unit is not None),)
        number = number_in(turn.text)
        if number and number_in(old.text) not in {None, number}:
            actions = (*actions, CallBack(number, ticket_id=matter.id))
    state = turn.state.but(form=_rewritten(opened, old, turn.text.strip()))
    return Outcome(NAME, (Reply(say("edited")),), state, actions)


def moved(turn: Turn) -> bool:
    """The new words name another place than the old ones."""
    return turn.edited is not None and turn.unit is not None and _place(turn, turn.edited) not in {None, turn.unit}


def unsaid(turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome without what she has read already in answer to an earlier wording."""
    if turn.edited is None:
        return outcome
    read = {_plain(answer) for answer in turn.edited.answers}
    fresh = tuple(reply for reply in outcome.replies if _plain(reply.text) not in read)
    return outcome if len(fresh) == len(outcome.replies) else replace(outcome, replies=fresh)


def _place(turn: Turn, old: Edited) -> str | None:
    return turn.find_place(old.text)


def _plain(reply: str) -> str:
    """Without the breaks of a small screen, and without the notice that stands below a first answer."""
    return "".join(reply.split()).removesuffix("".join(say("notice").split()))


def _left_out(told: str, text: str) -> str:
    kept, lines = told.split("\n"), text.split("\n")
    for at in range(len(kept) - len(lines), -1, -1):
        if kept[at : at + len(lines)] == lines:
            return "\n".join((*kept[:at], *kept[at + len(lines) :]))
    return told


def _rewritten(opened: Form | None, old: Edited, text: str) -> Form | None:
    """The open form with the new words wherever it keeps the old ones."""
    if opened is None or opened.name not in {intake.NAME, callback.NAME}:
        return opened
    facts = {name: text if value == old.text.strip() else value for name, value in opened.facts.items()}
    if number_in(text) and facts.get("number") and facts["number"] == number_in(old.text):
        facts["number"] = number_in(text)
    return replace(opened, facts=facts)
