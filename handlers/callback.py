"""She wants to be called: the number, when it is safe, whether the caller may say who is calling; never asked twice."""

import re
from dataclasses import replace
from typing import Any

from handlers import buttons, heard, intake, matters, memory, offers, topics
from handlers.phrases import require, say
from handlers.state import Form
from handlers.turn import CODE, Action, OpenTicket, Outcome, Reply, Turn
from tickets import safe_time
from tickets.arranging import CallBack, Reached
from tickets.callbacks import number_in

NAME = "callback"
SHORT = 30  # characters of a wish to be called
WISH = re.compile(
    r"(?:给我|帮我)?(?:回|打)(?:一个|个|一下)?电话(?:给我|过来|联系我)?|(?:电话|打电话)(?:联系|找)我|回(?:个)?电(?:话)?给我|打给我|能(?:不能)?打(?:我|个)?电话"
)
TO_US = re.compile(
    r"(?:我|怎么|能|可以)(?:给|跟|和)?你们打|打你们|电话(?:是)?(?:多少|几号)|你们(?:的)?电话|别|不要|报警|打(?:他|她|人)"
)
MAY = frozenset({"可以说", "可以", "能说", "说吧", "说也行", "没关系", "无所谓", "行", "好的", "好"})
MAY_NOT = frozenset({"别说是谁", "不要说", "别说", "不可以", "不能说", "不行", "不要", "不说"})
NAMELESS = re.compile(r"(?:千万|请)?(?:不要|别|不能|勿|不可以)(?:跟他|跟别人|对别人|对他)?(?:说|讲|提)")
BUTTONS: dict[str, tuple[str, ...]] = {
    "number": (buttons.HERE, buttons.SKIP),
    "reuse": (buttons.CALL_IT, buttons.HERE),
    "when": (buttons.SKIP,),
    "named": (buttons.MAY_NAME, buttons.NO_NAME),
}
YES_TO_NUMBER = frozenset({"可以打", "可以", "打吧", "可以的", "行", "好", "好的"})

require(*(f"callback.{name}" for name in BUTTONS))


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    if len(said) > SHORT or not WISH.search(said) or TO_US.search(said) or turn.held:
        return None
    return start(turn)


def start(turn: Turn) -> Outcome:
    """A call hangs on a matter: hers if one is open, else one opens for it."""
    topic = turn.state.topic or topics.understood_topic(turn) or topics.NO_TOPIC
    matter = matters.about(turn, topic) or next(iter(turn.matters), None)
    told: tuple[Reply, ...] = ()
    actions: tuple[Action, ...] = ()
    if matter is None:
        account = memory.account(turn)
        facts = {"what": account} if account else {}
        actions = (OpenTicket(topic, facts=facts, unit=turn.state.unit, green=memory.green(turn, topic)),)
        told = (Reply("\n".join((say("intake.opened"), say("code.line", code=CODE)))),)
    made = _after(turn, topic, _learnt(turn, {"ticket": matter.id if matter else None}))
    return Outcome(NAME, (*told, *made.replies), made.state.but(topic=topic), (*actions, *made.actions), topic)


def from_intake(turn: Turn, topic: str, facts: dict[str, Any]) -> Outcome:
    """The contact question was answered with a number: what is still unknown of it is asked here."""
    matter = matters.about(turn, topic)
    return _after(turn, topic, _learnt(turn, {**facts, "ticket": matter.id if matter else None}))


def swapped(turn: Turn, outcome: Outcome) -> Outcome:
    """A number she wrote before is not asked for again: only whether it may be called."""
    form = outcome.state.form
    new = form is not None and form is not turn.state.form and (form.name, form.asking) == (intake.NAME, "contact")
    number = memory.number(turn)
    if form is None or not new or number is None:
        return outcome
    asks = Form(NAME, form.topic, "reuse", (), {"number": number, "agreed": False, "ticket": None})
    question_left_out = outcome.replies[:-1]
    return replace(outcome, replies=(*question_left_out, question(turn, asks)), state=outcome.state.but(form=asks))


def question(_turn: Turn, form: Form) -> Reply:
    return Reply(say(f"callback.{form.asking}"), BUTTONS[form.asking])


def answer(turn: Turn, form: Form) -> Outcome | None:
    facts, said = dict(form.facts), heard.bare(turn.text)
    if heard.HERE.search(said) or (form.asking in {"number", "reuse"} and _no(turn, said)):
        reached = (Reached(how="here"),)
        state = turn.state.onward(form=None, facts={**turn.state.facts, memory.REACH: "here"})
        return Outcome(NAME, (Reply(say("callback.dropped")),), state, reached)
    if form.asking == "reuse" and said in YES_TO_NUMBER:
        return _after(turn, form.topic, {**facts, "agreed": True})
    if form.asking in {"number", "reuse"}:
        return _after(turn, form.topic, _learnt(turn, facts)) if number_in(turn.text) else None
    if form.asking == "when":
        skipped = heard.skips(turn.text) or offers.declines(turn)
        if not skipped and safe_time.read(turn.text) is None and not heard.REACHED.search(turn.text):
            return None
        return _after(turn, form.topic, {**facts, "when": None if skipped else turn.text.strip(), "asked_when": True})
    if said not in MAY | MAY_NOT and safe_time.read(turn.text) is not None:  # when, although who was asked
        return _after(turn, form.topic, {**facts, "when": _time_words(turn.text), "asked_when": True})
    if NAMELESS.match(said):
        return _after(turn, form.topic, {**facts, "named": False})
    if said in MAY or said in MAY_NOT or heard.skips(turn.text) or offers.accepts(turn) or offers.declines(turn):
        named = said in MAY or (offers.accepts(turn) and said not in MAY_NOT)
        return _after(turn, form.topic, {**facts, "named": named})
    return None


def _no(turn: Turn, said: str) -> bool:
    return heard.skips(turn.text) or offers.declines(turn) or said in {"不打", "别打", "不要打"}


def _learnt(turn: Turn, facts: dict[str, Any]) -> dict[str, Any]:
    """What this message says of number and time; a number from an earlier one is only used when she agrees."""
    known = dict(facts)
    number = number_in(turn.text)
    if number:
        known |= {"number": number, "agreed": True}
    elif not known.get("number") and (earlier := memory.number(turn)):
        known |= {"number": earlier, "agreed": False}
    if safe_time.read(turn.text) is not None or (number and heard.REACHED.search(turn.text)):
        known |= {"when": _time_words(turn.text), "asked_when": True}
    return known


def _time_words(text: str) -> str:
    return text.strip()[:60]


def _after(turn: Turn, topic: str, facts: dict[str, Any]) -> Outcome:
    """The next open question; the call itself is on the ticket from the number on."""
    asking = _next(turn, facts)
    actions: tuple[Action, ...] = ()
    if facts.get("number") and facts.get("agreed"):
        actions = (CallBack(facts["number"], facts.get("when"), facts.get("named"), facts.get("ticket")),)
    if asking is None:
        done = Reply(f"{say('callback.done')}\n{intake.when(turn)}")
        state = turn.state.onward(form=None, facts={**turn.state.facts, memory.REACH: "call"})
        return Outcome(NAME, (done,), state, actions)
    form = Form(NAME, topic, asking, (), facts)
    return Outcome(NAME, (question(turn, form),), turn.state.onward(form=form), actions)


def _next(turn: Turn, facts: dict[str, Any]) -> str | None:
    if not facts.get("number"):
        return "number"
    if not facts.get("agreed"):
        return "reuse"
    reach = turn.window.reach()
    if not facts.get("asked_when") and reach.safe_words is None:
        return "when"
    return "named" if facts.get("named") is None else None
