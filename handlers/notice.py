"""Two lines at her first answer: a program and people, no name needed, how long it is kept, how to delete it."""

from dataclasses import replace

from handlers.phrases import say
from handlers.turn import Outcome, Turn

FIRST = frozenset({"answer", "needs", "watch", "refuse", "unsure", "intake", "book", "callback", "complain"})


def noticed(turn: Turn, outcome: Outcome) -> Outcome:
    """Once a conversation, below what she asked for, never instead of it and never on a screen that must stay quiet."""
    if turn.state.notice or outcome.handler not in FIRST:
        return outcome
    if turn.state.form is not None:
        return outcome  # an answer of hers inside a form
    if outcome.handler == "watch" and not any(reply.article for reply in outcome.replies):
        return outcome  # what helps most with the danger, and nothing else
    places = [place for place, reply in enumerate(outcome.replies) if not reply.quiet]
    if not places:
        return outcome
    at = places[-1] if outcome.handler == "needs" else places[0]
    replies = list(outcome.replies)
    replies[at] = replace(replies[at], text=f"{replies[at].text}\n\n{say('notice')}")
    return replace(outcome, replies=tuple(replies), state=outcome.state.but(notice=True))
