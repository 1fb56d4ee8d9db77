"""Staff have given the conversation back: said once, before the next answer."""

from dataclasses import replace

from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

# Nothing is put in front of these: a script, silence, or staff who have her again.
NOT_NOW = frozenset({"danger", "gentle", "pause", "held", "erase"})


def said(turn: Turn, outcome: Outcome) -> Outcome:
    if not turn.back or outcome.handler in NOT_NOW or not outcome.replies:
        return outcome
    return replace(outcome, replies=(Reply(say("held.back")), *outcome.replies))
