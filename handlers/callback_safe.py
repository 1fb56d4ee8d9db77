"""How she may be reached, said at any time: no reminders, no calls, only by day, without saying who writes."""

import re

from handlers import buttons, callback, heard, matters, memory
from handlers.phrases import say
from handlers.turn import Action, Outcome, Reply, Turn
from tickets import safe_time
from tickets.arranging import Reached
from tickets.callbacks import number_in

SHORT = 24
QUIET = re.compile(r"^(?:以后|请|麻烦)?(?:不要|别|不用|勿)(?:再)?(?:给我|来)?(?:发)?提醒(?:我|了)?$")
NOTICES = re.compile(r"^(?:以后|还是)?(?:可以|要|请)(?:再)?(?:给我)?(?:发)?提醒(?:我)?$")
NO_CALLS = re.compile(
    r"^(?:以后|请|千万)?(?:不要|别|不用|勿)(?:再)?(?:给我)?打(?:我)?(?:的)?(?:电话|手机)(?:给我|了)?$"
)
MAY = re.compile(
    r"^(?:以后)?(?:提醒|消息|短信|发消息)?(?:里|时)?(?:可以|能)(?:说|写|提)(?:明)?(?:是|你们是)(?:谁|妇联|你们)(?:发的)?$"
)
MAY_NOT = re.compile(
    r"^(?:以后)?(?:提醒|消息|短信|发消息)?(?:里|时)?(?:不要|别|勿)(?:说|写|提)(?:明)?(?:是|你们是)(?:谁|妇联|你们)(?:发的)?$"
)
TIME = re.compile(r"联系|找我|打给我|打电话|发消息|来消息")
MOVE = re.compile(r"(?:改|换|挪|推|延)(?:到|成|为|在)?")  # said of a planned call only


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    if turn.held or not 0 < len(said) <= SHORT:
        return None
    if MAY_NOT.match(said) and not _whose_call(turn):  # before it is taken for a question: 不要说是谁发的
        return _kept(turn, say("reach.unnamed"), Reached(named=False))
    if heard.asks(turn.text):
        return None
    if QUIET.match(said):
        return _kept(turn, say("reach.quiet"), Reached(notices=False))
    if NOTICES.match(said):
        return _kept(turn, say("reach.notices"), Reached(notices=True))
    if NO_CALLS.match(said):
        return _kept(turn, say("reach.here"), Reached(how="here"), how="here")
    if _whose_call(turn):  # said of the call: the open form takes it
        return None
    if MAY.match(said):
        return _kept(turn, say("reach.named"), Reached(named=True))
    timed = TIME.search(said) or (MOVE.search(said) and turn.window.planned())
    if timed and safe_time.read(turn.text) is not None and not _answers(turn):
        return _kept(turn, say("reach.when"), Reached(words=turn.text.strip()))
    return None


def _answers(turn: Turn) -> bool:
    """The open form has just asked this, or she wants a call that nobody has planned yet."""
    if number_in(turn.text) or (callback.WISH.search(heard.bare(turn.text)) and not turn.window.planned()):
        return True
    return turn.state.form is not None and turn.state.form.asking in memory.UNTOLD


def _whose_call(turn: Turn) -> bool:
    form = turn.state.form
    return form is not None and (form.name, form.asking) == (callback.NAME, "named")


def _kept(turn: Turn, words: str, reached: Reached, *, how: str | None = None) -> Outcome:
    facts = dict(turn.state.facts) | ({memory.REACH: how} if how else {})
    matter = matters.dangerous(turn)  # whoever works on a danger reads it too
    actions: tuple[Action, ...] = (reached,) if matter is None else (reached, matters.join(turn, matter))
    return Outcome("reach", (Reply(words, (buttons.HUMAN,)),), turn.state.onward(facts=facts), actions)
