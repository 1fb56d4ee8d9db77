"""She asks to be forgotten: explained, confirmed, proved, hidden at once; staff look at an open danger first."""

import re
from dataclasses import replace

from handlers import buttons, heard, intake, matters, offers, topics
from handlers.phrases import say
from handlers.state import State
from handlers.turn import RECEIPT, Action, Erase, JoinTicket, OpenTicket, Outcome, Reply, Turn
from nlu.text import normal
from tickets.arranging import Tried
from tickets.booking.words import day_words
from tickets.window import Proved

EXPECTS = "erase"
WORDS = "erase_words"  # holding her phone is not being her: the three words are asked for
YES = frozenset({"确认删除", "确定", "确认", "删", "删除", "删吧", "确定删除"})
ASKED = {"asked_erase": True}  # what staff see on the matter
RECEIPT_NUMBER = re.compile(r"SC\s*(\d{4})[\s-]*(\d{4})[\s-]*(\d{4})", re.IGNORECASE)


def handle(turn: Turn) -> Outcome | None:
    if turn.state.expects in {EXPECTS, WORDS}:
        words = turn.code_words(turn.text)
        if words is not None:
            return _proved(turn, words)
        if offers.declines(turn):
            return Outcome("erase", (Reply(say("erase.kept")),), turn.state.onward())
    if turn.state.expects == WORDS and topics.wants_person(turn):
        return _by_a_person(turn)
    if turn.state.expects == EXPECTS and (heard.bare(turn.text) in YES or offers.accepts(turn)):
        return _asks_words(turn) if turn.window.has_code() else _erased(turn, None)
    if heard.bare(turn.text) in heard.ERASES or topics.commanded(turn, "command_erase"):
        return _explained(turn)
    return None


def receipt(turn: Turn) -> Outcome | None:
    """The number of a receipt, from anywhere: destroyed, waiting, or before a person."""
    found = RECEIPT_NUMBER.search(normal(turn.text).text)
    if found is None:
        return None
    standing = turn.window.receipt(f"SC{found[1]}-{found[2]}-{found[3]}")
    if standing is None:
        words = say("receipt.unknown")
    elif standing.done:
        words = say("receipt.done")
    elif standing.waits:
        words = say("receipt.danger")
    else:
        words = say("receipt.waiting", when=day_words(standing.due_at))
    return Outcome("receipt", (Reply(words, (buttons.HUMAN,)),), turn.state.onward())


def _explained(turn: Turn) -> Outcome:
    lines = [say("erase.ask_danger") if matters.dangerous(turn) else say("erase.ask")]
    if not turn.matters and not turn.window.has_code():
        lines.append(say("erase.also"))
    reply = Reply("\n".join(lines), (buttons.ERASE, buttons.DECLINE))
    return Outcome("erase", (reply,), turn.state.onward(expects=EXPECTS))


def _asks_words(turn: Turn) -> Outcome:
    reply = Reply(say("erase.words"), (buttons.HUMAN, buttons.DECLINE))
    return Outcome("erase", (reply,), turn.state.onward(expects=WORDS))


def _by_a_person(turn: Turn) -> Outcome:
    """She has no words: after some dangers none are shown. Staff make sure that it is her; the matter says what for."""
    matter = matters.dangerous(turn) or next(iter(turn.matters), None)
    reply = Reply("\n".join((say("erase.person"), intake.when(turn))))
    if matter is not None:
        return Outcome("erase", (reply,), turn.state.onward(), (matters.join(turn, matter, facts=ASKED),))
    opened = intake.start(turn, topics.NO_TOPIC)
    actions = tuple(_asking(action) for action in opened.actions)
    return Outcome("erase", (reply,), turn.state.onward(), actions)


def _asking(action: Action) -> Action:
    return replace(action, facts={**action.facts, **ASKED}) if isinstance(action, OpenTicket) else action


def _proved(turn: Turn, words: str) -> Outcome:
    proved = turn.window.proved(words)
    if proved is None:
        state = turn.state.onward(expects=turn.state.expects)
        return Outcome("erase", (Reply(say("code.wrong"), (buttons.HUMAN,)),), state, (Tried(words),))
    return _erased(turn, proved).adding(Tried(words))


def _erased(turn: Turn, proved: Proved | None) -> Outcome:
    """Everything of this conversation, and of whom the words belong to; staff are told where a danger is open."""
    matter = matters.dangerous(turn)
    asked: dict[int, Action] = {}
    if matter is not None:
        asked[matter.id] = matters.join(turn, matter, facts=ASKED)
    for ticket in proved.matters if proved else ():
        if ticket.danger_kind and ticket.closed_at is None:
            asked.setdefault(ticket.id, JoinTicket(ticket.id, facts=ASKED))
    reply = Reply(say("erase.done_danger" if asked else "erase.done", number=RECEIPT))
    erase = Erase(proved.contact_id if proved else None)
    return Outcome("erase", (reply,), State(), (*asked.values(), erase))
