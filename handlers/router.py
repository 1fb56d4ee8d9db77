"""The ordered table: the first handler that claims a message decides it."""

from handlers import (
    abroad,
    answer,
    commands,
    danger,
    erase,
    feedback,
    form,
    gentle,
    held,
    matters,
    media,
    memory,
    offers,
    pause,
    raising,
    scripts,
    smalltalk,
    status,
    topics,
    unknown,
    urgent,
    waiting,
    watch,
    wrong,
)
from handlers.phrases import say
from handlers.turn import Action, Handler, OpenTicket, Outcome, Reply, Turn

HANDLERS: tuple[Handler, ...] = (
    danger.handle,
    watch.handle,
    gentle.handle,
    pause.handle,
    wrong.handle,
    held.handle,
    urgent.handle,
    media.handle,
    form.handle,
    offers.handle,
    feedback.handle,
    erase.handle,
    commands.redeem,
    commands.human,
    status.handle,
    commands.book,
    commands.menu,
    waiting.handle,
    matters.handle,
    answer.handle,
    smalltalk.handle,
    unknown.handle,
)
# After these an open form puts its question once more.
BESIDE_A_FORM = frozenset(
    {
        "answer",
        "refuse",
        "unsure",
        "smalltalk",
        "status",
        "book",
        "help",
        "feedback",
        "unknown",
        "media",
        "intake",
        "gentle",
        "redeem",
    }
)


def decide(turn: Turn) -> Outcome:
    turn = memory.remember(topics.settle(turn))
    outcome = next(found for handler in HANDLERS if (found := handler(turn)) is not None)
    attended = gentle.attend(turn, outcome)
    if attended.state.asked is None and attended.handler in BESIDE_A_FORM:
        attended = form.asked_again(turn, attended)
    return abroad.noticed(turn, attended)


def stumble(turn: Turn) -> Outcome:
    """When a handler failed: the plainest reply that is still right, and the alarm if she is in danger."""
    found = turn.understanding.danger
    if found.kind is None or not found.sure or found.level not in matters.ALARMING:
        return Outcome("stumble", (Reply(say("unknown.stumble")),), turn.state.onward())
    number = scripts.call(found.kind)
    alarm: Action = OpenTicket(
        raising.TOPICS[found.kind][0],
        facts={"what": turn.said},
        danger_kind=found.kind,
        danger_level=found.level,
        helper=turn.understanding.helper,
        alarm=True,
    )
    words = f"{number}\n{say('duty.calling' if turn.desk.duty else 'duty.nobody', call=number)}"
    return Outcome("danger", (Reply(words),), turn.state.onward(danger=found.kind), (alarm,))
