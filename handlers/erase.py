"""She asks to be forgotten: explained, confirmed, hidden at once; an open danger is looked at by staff first."""

from handlers import buttons, heard, matters, offers, topics
from handlers.phrases import say
from handlers.state import State
from handlers.turn import Action, Erase, Outcome, Reply, Turn

EXPECTS = "erase"
YES = frozenset({"确认删除", "确定", "确认", "删", "删除", "删吧", "确定删除"})


def handle(turn: Turn) -> Outcome | None:
    if turn.state.expects == EXPECTS:
        if heard.bare(turn.text) in YES or offers.accepts(turn):
            return _erased(turn)
        if offers.declines(turn):
            return Outcome("erase", (Reply(say("erase.kept")),), turn.state.onward())
    if heard.bare(turn.text) in heard.ERASES or topics.commanded(turn, "command_erase"):
        key = "erase.ask_danger" if matters.dangerous(turn) else "erase.ask"
        reply = Reply(say(key), (buttons.ERASE, buttons.DECLINE))
        return Outcome("erase", (reply,), turn.state.onward(expects=EXPECTS))
    return None


def _erased(turn: Turn) -> Outcome:
    matter = matters.dangerous(turn)
    actions: tuple[Action, ...] = (Erase(),)
    if matter is not None:
        actions = (matters.join(turn, matter, facts={"asked_erase": True}), *actions)
    key = "erase.done_danger" if matter else "erase.done"
    return Outcome("erase", (Reply(say(key)),), State(), actions)
