"""Her own number, shared as a card: an answer where a number was asked for, else nobody calls it before she agrees."""

from dataclasses import replace

from handlers import callback, form, intake, matters, memory
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import Outcome, Turn
from tickets.callbacks import number_in

ASKED = frozenset({(callback.NAME, "number"), (intake.NAME, "contact"), (intake.NAME, "number")})


def handle(turn: Turn) -> Outcome | None:
    """A card of somebody else, or a number nobody here can call, is kept like any other file."""
    number = number_in(turn.number or "")
    if number is None or turn.kind != "contact" or turn.held:
        return None
    turn = replace(turn, state=turn.state.but(facts={**turn.state.facts, memory.NUMBER: number}))
    opened = turn.state.form
    if opened is not None and (opened.name, opened.asking) in ASKED:
        # The question said what giving the number means.
        return form.FORMS[opened.name].answer(replace(turn, text=number), opened)
    matter = matters.dangerous(turn) or next(iter(turn.matters), None)
    if matter is None or opened is not None:
        return None
    asks = Form(callback.NAME, matter.topic, "reuse", (), {"number": number, "agreed": False, "ticket": matter.id})
    asked = replace(callback.question(turn, asks), text=say("callback.shared"))
    joined = (matters.join(turn, matter),)
    return Outcome(callback.NAME, (asked,), turn.state.onward(form=asks), joined)


def remembered(turn: Turn, outcome: Outcome) -> Outcome:
    """The number of a card waits in her conversation until she wants to be called."""
    number = number_in(turn.number or "")
    if number is None or outcome.state.facts.get(memory.NUMBER) == number:
        return outcome
    state = outcome.state.but(facts={**outcome.state.facts, memory.NUMBER: number})
    return replace(outcome, state=state)
