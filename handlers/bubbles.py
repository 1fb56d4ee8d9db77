"""Short messages in quick succession are one message; a few words may only make sense with the last question."""

import re
from dataclasses import replace

from handlers import heard, memory, offers
from handlers.state import State
from handlers.turn import Outcome, Turn
from nlu.understanding import Understanding

MOST = 5  # messages that are read as one
WINDOW = 120_000_000  # microseconds between the first and the last of them
SHORT = 14  # characters of a message that may only add to the ones before it
BUBBLE = 30  # characters up to which a message may get an addition
ASKED = 80  # characters of a question that are kept to understand 要多久
CERTAIN = 0.5
CHAT = frozenset({"smalltalk_chat", "smalltalk_affirm", "smalltalk_deny"})
# Its own answer ends what was said before: nothing later is read together with it.
CLOSED = frozenset({"pause", "danger", "gentle", "urgent", "erase", "wrong", "held", "intake", "redeem", "stumble"})
ANSWERED = frozenset({"answer", "watch", "unsure", "needs"})
NUMBER = r"[\d一二两三四五六七八九十百千万亿几半多零点.]+"
DETAIL = re.compile(
    rf"(?:我|他|她|才|就|都|已经|有|欠了?|借了?|一共|总共|大概|差不多|快|将近|结婚|在一起)*{NUMBER}(?:多|来)?"
    r"(?:个)?(?:块钱?|元|万|亿|年|月|天|周|岁|次|个|套|人|平|孩子|小时)*(?:了|多|左右|吧|以上)*"
)
MORE = re.compile(r"呢(?:啊|呀)?$")


def beside(text: str, state: State, alone: Understanding, *, now: int) -> tuple[str, ...]:
    """Her earlier messages that this one has to be read with; none when it says enough by itself."""
    said = heard.bare(text)
    if not 0 < len(said) <= SHORT or state.form or _stands(text, said) or alone.group == "command":
        return ()
    doubtful = alone.danger.kind is not None and not alone.danger.sure
    recent = _fresh(state, now)
    if recent and (alone.abstain or doubtful or DETAIL.fullmatch(said)):
        return (*recent, *state.waiting)[-(MOST - 1) :]
    if state.question and asks_more(text, alone):
        return (state.question, *state.waiting)
    return ()


def asks_more(text: str, alone: Understanding) -> bool:
    """要多久, 他不同意呢: a question without its object."""
    vague = alone.abstain or alone.confidence < CERTAIN or alone.intent in CHAT
    return vague and alone.danger.kind is None and (heard.asks(text) or MORE.search(heard.bare(text)) is not None)


def _stands(text: str, said: str) -> bool:
    """Buttons, yes and no, what waits for more: these are never part of another message."""
    return (
        memory.fixed(text)
        or said in offers.YES | offers.NO
        or heard.fragment(text)
        or heard.wordless(text)
        or heard.PRIVACY.search(text) is not None
    )


def _fresh(state: State, now: int) -> tuple[str, ...]:
    return tuple(text for text, at in state.recent if 0 <= now - at <= WINDOW)


def keep(turn: Turn, outcome: Outcome) -> Outcome:
    """Remembers what the next few words may belong to."""
    state = outcome.state
    if outcome.handler in CLOSED or state.form is not None:
        return outcome if not (state.recent or state.question) else replace(outcome, state=state.but(recent=()))
    found = turn.understanding.danger
    alarming = found.kind is not None and found.sure
    recent = tuple((text, at) for text, at in state.recent if 0 <= turn.now - at <= WINDOW)
    if not outcome.waits and len(turn.text.strip()) <= BUBBLE and memory.tells(turn) and not alarming:
        recent = (*recent, (turn.text.strip(), turn.now))[-(MOST - 1) :]
    question = state.question
    if outcome.handler in ANSWERED and not turn.detail:
        question = turn.text.strip()[-ASKED:]
    return replace(outcome, state=state.but(recent=recent, question=question))
