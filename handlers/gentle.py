"""The gentle question: asked after a doubtful sign of danger, and what her answer to it does."""

from dataclasses import replace

from handlers import buttons, danger, heard, matters, pause, raising, scripts
from handlers.phrases import say
from handlers.turn import JoinTicket, Outcome, Pause, Reply, Turn, Watch

# Nothing is asked on top of these: she wants silence, a person answers, or she has not finished.
NO_QUESTION = frozenset({"pause", "held", "waiting", "danger", "watch", "gentle", "urgent", "erase"})
SHORT = 14  # characters of an answer that is still one


def handle(turn: Turn) -> Outcome | None:
    kind = _asked(turn)
    if kind is None:
        return None
    said = heard.bare(turn.text)
    people = kind in scripts.PEOPLE
    if said in (heard.SOMEONE if people else heard.CAN):
        return Outcome(
            handler="gentle",
            replies=(Reply(say("ask.someone" if people else "ask.can"), (buttons.HUMAN,)),),
            state=turn.state.onward(),
        )
    if pause.meant(turn) and not _cannot(said):
        return danger.confirmed(turn, kind).adding(Pause())
    if _cannot(said) or said in heard.HUMANS or (people and heard.ALONE.match(said)):
        return danger.confirmed(turn, kind)
    return None


def _asked(turn: Turn) -> str | None:
    """The question of the last reply; its buttons may also be pressed later."""
    if turn.state.asked:
        return turn.state.asked
    late = turn.text.strip() in {buttons.CANNOT, buttons.ALONE}
    return turn.state.checked[-1] if late and turn.state.checked and turn.state.form is None else None


def _cannot(said: str) -> bool:
    return heard.CANNOT.match(said) is not None or (said.startswith(("不方便", "不太方便")) and len(said) <= SHORT)


def attend(turn: Turn, outcome: Outcome) -> Outcome:
    """What a doubtful sign, or a repeated one, adds to the decision that was made."""
    found = turn.understanding.danger
    if found.kind is None or outcome.handler in {"danger", "watch"}:
        return outcome
    if found.sure:
        return _kept_on_ticket(turn, outcome, found.kind, found.level)
    watched = outcome.adding(Watch(found.kind))
    silent = (
        outcome.handler in NO_QUESTION
        or found.kind == scripts.NEUTRAL
        or found.kind in turn.state.checked
        or matters.alarming(turn) is not None
    )
    return watched if silent else _asking(watched, found.kind)


def _kept_on_ticket(turn: Turn, outcome: Outcome, kind: str, level: str) -> Outcome:
    """Sure danger that was not answered with a script of its own still raises the ticket."""
    raised = raising.ticket(turn, kind, level, alarm=False)
    same = getattr(raised, "ticket_id", None)  # one join of a matter is enough
    others = tuple(act for act in outcome.actions if not (isinstance(act, JoinTicket) and act.ticket_id == same))
    return replace(outcome, actions=(raised, *others))


def _asking(outcome: Outcome, kind: str) -> Outcome:
    replies = () if outcome.handler in {"unknown", "smalltalk"} else outcome.replies
    state = outcome.state
    return replace(
        outcome,
        replies=(*replies, scripts.question(kind)),
        state=state.but(asked=kind, checked=(*state.checked, kind)),
    )
