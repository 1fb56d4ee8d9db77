"""After a matter is closed: asked once, when she is there; 不满意 opens it again and is asked gently why."""

from dataclasses import replace

from handlers import bounds, buttons, heard, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import Outcome, Reply, Turn
from tickets.arranging import AskRating, Explain, Rate

NAME = "rating"
VALUES = {buttons.GOOD: "good", buttons.FAIR: "fair", buttons.BAD: "bad"}
SAID = {
    "满意": "good",
    "很满意": "good",
    "一般": "fair",
    "还行": "fair",
    "不满意": "bad",
    "很不满意": "bad",
    "不太满意": "bad",
}
COMMAND = 0.8  # confidence from which a command in place of her reason is one
POLITE = frozenset({"smalltalk_greet", "smalltalk_thanks", "smalltalk_identity"})
CHOICES = (buttons.GOOD, buttons.FAIR, buttons.BAD)
# Beside these she may be asked; never beside a script, a form, silence or staff.
CALM = frozenset({"answer", "smalltalk", "feedback", "more", "help", "status"})


def handle(turn: Turn) -> Outcome | None:
    value = SAID.get(heard.bare(turn.text))
    ticket = turn.window.rating() if value else None
    return None if value is None or ticket is None else rated(turn, ticket, value)


def rated(turn: Turn, ticket: int, value: str) -> Outcome:
    if value != "bad":
        words = say("rating.good") if value == "good" else say("rating.fair")
        return Outcome(NAME, (Reply(words),), turn.state.onward(form=None), (Rate(ticket, value),))
    form = Form(NAME, topics.NO_TOPIC, "why", (), {"ticket": ticket})
    replies = (Reply(say("rating.bad")), question(turn, form))
    return Outcome(NAME, replies, turn.state.onward(form=form), (Rate(ticket, value),))


def question(_turn: Turn, form: Form) -> Reply:
    if form.asking == "value":
        return Reply(say("rating.ask"), CHOICES)
    return Reply(say("rating.why"), (buttons.SKIP, buttons.HUMAN))


def answer(turn: Turn, form: Form) -> Outcome | None:
    ticket = int(form.facts["ticket"])
    if form.asking == "value":
        value = SAID.get(heard.bare(turn.text))
        return None if value is None else rated(turn, ticket, value)
    if heard.skips(turn.text) or offers.declines(turn):
        return Outcome(NAME, (Reply(say("rating.noted")),), turn.state.onward(form=None))
    topic = topics.understood_topic(turn)
    if _aside(turn) or (heard.asks(turn.text) and topic is not None):
        return None
    explained = (Explain(ticket, turn.text.strip()),)
    return Outcome(NAME, (Reply(say("rating.noted")),), turn.state.onward(form=None), explained)


def _aside(turn: Turn) -> bool:
    """Thanks, or a command that is sure to be one; 一直没人理我 sounds like half a command and is her answer."""
    understood = turn.understanding
    command = understood.group == "command" and not understood.abstain and understood.confidence >= COMMAND
    return command or understood.intent in POLITE or offers.accepts(turn) or heard.wordless(turn.text)


def asked(turn: Turn, outcome: Outcome) -> Outcome:
    """Under a calm answer, once for each end of a matter."""
    busy = outcome.state.form or outcome.state.expects or outcome.state.asked or outcome.state.offer
    if outcome.handler not in CALM or busy or not outcome.replies or turn.understanding.danger.kind is not None:
        return outcome
    if bounds.questions(outcome) >= bounds.MOST:
        return outcome
    ticket = turn.window.unrated()
    if ticket is None:
        return outcome
    question = Reply(say("rating.ask"), CHOICES)
    return replace(outcome, replies=(*outcome.replies, question), actions=(*outcome.actions, AskRating(ticket)))
