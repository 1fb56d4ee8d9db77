"""Telegram keeps data abroad (个人信息保护法 38–39): the first reply there says so; danger needs no notice."""

from dataclasses import replace

from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

CHANNEL = "telegram:"
WORDING = "notice_abroad/1"  # what she was told before she asked us to write it down
NOT_NOW = frozenset({"danger", "gentle", "urgent", "pause", "held"})


def noticed(turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome with the notice as its last reply, once a conversation, and never when her screen must stay quiet."""
    due = turn.inbox.startswith(CHANNEL) and not turn.state.abroad and outcome.handler not in NOT_NOW
    if not due or not outcome.replies or turn.understanding.danger.kind is not None:
        return outcome
    notice = Reply(say("notice_abroad"))
    return replace(outcome, replies=(*outcome.replies, notice), state=outcome.state.but(abroad=True))
