"""The gentle question: asked after a doubtful sign of danger, and what her answer to it does."""

from dataclasses import replace

from handlers import buttons, danger, heard, matters
from handlers.phrases import say
from handlers.turn import Outcome, Pause, Reply, Turn, Watch

# Nothing is asked on top of these: she wants silence, a person answers, or she has not finished.
NO_QUESTION = frozenset({"pause", "held", "waiting", "danger", "watch", "gentle", "urgent", "erase"})
SHORT = 14  # characters of an answer that is still one


def handle(turn: Turn) -> Outcome | None:
    kind = _asked(turn)
    if kind is None:
        return None
    said = heard.bare(turn.text)
    people = kind in danger.PEOPLE
    if _pauses(turn):
        return danger.confirmed(turn, kind).adding(Pause())
    if _cannot(said) or said in heard.HUMANS or (people and heard.ALONE.match(said)):
        return danger.confirmed(turn, kind)
    if said in heard.SOMEONE if people else said in heard.CAN:
        return Outcome(
            handler="gentle",
            replies=(Reply(say("ask.someone" if people else "ask.can"), (buttons.HUMAN,)),),
            state=turn.state.onward(),
        )
    return None


def _asked(turn: Turn) -> str | None:
    """The question of the last reply; its buttons may also be pressed later."""
    if turn.state.asked:
        return turn.state.asked
    late = turn.text.strip() in {buttons.CANNOT, buttons.ALONE}
    return turn.state.checked[-1] if late and turn.state.checked and turn.state.form is None else None


def _cannot(said: str) -> bool:
    return heard.CANNOT.match(said) is not None or (said.startswith(("不方便", "不太方便")) and len(said) <= SHORT)


def _pauses(turn: Turn) -> bool:
    understood = turn.understanding
    return understood.intent == "command_pause" and not understood.abstain and not _cannot(heard.bare(turn.text))


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
        or found.kind == danger.NEUTRAL
        or found.kind in turn.state.checked
        or matters.alarming(turn) is not None
    )
    return watched if silent else _asking(watched, found.kind)


def _kept_on_ticket(turn: Turn, outcome: Outcome, kind: str, level: str) -> Outcome:
    """Sure danger that was not answered with a script of its own still raises the ticket."""
    others = tuple(action for action in outcome.actions if not _plain_join(turn, action))
    return replace(outcome, actions=(danger.ticket(turn, kind, level, alarm=False), *others))


def _plain_join(turn: Turn, action: object) -> bool:
    """A join of the very matter that the danger joins: one is enough."""
    matter = matters.dangerous(turn)
    return matter is not None and getattr(action, "ticket_id", None) == matter.id


def _asking(outcome: Outcome, kind: str) -> Outcome:
    replies = () if outcome.handler in {"unknown", "smalltalk"} else outcome.replies
    state = outcome.state
    return replace(
        outcome,
        replies=(*replies, danger.question(kind)),
        state=state.but(asked=kind, checked=(*state.checked, kind)),
    )
