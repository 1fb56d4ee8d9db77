"""The ordered table: the first handler that claims a message decides it."""

from handlers import (
    about,
    abroad,
    answer,
    back,
    book,
    book_mine,
    bounds,
    bubbles,
    calculate,
    callback,
    callback_safe,
    channels,
    commands,
    complain,
    corrections,
    danger,
    detail,
    edits,
    erase,
    feedback,
    form,
    gentle,
    held,
    hours,
    matters,
    media,
    memory,
    more,
    needs,
    notice,
    offers,
    others,
    pause,
    raising,
    rating,
    scripts,
    shared,
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
    form.pressed,
    wrong.handle,
    held.handle,
    others.handle,
    hours.handle,
    callback_safe.handle,
    urgent.handle,
    shared.handle,
    media.handle,
    channels.handle,
    corrections.handle,
    edits.handle,
    form.handle,
    offers.handle,
    feedback.handle,
    more.handle,
    calculate.handle,
    erase.handle,
    erase.receipt,
    book_mine.by_code,
    status.redeem,
    rating.handle,
    callback.handle,
    commands.human,
    status.handle,
    book_mine.handle,
    complain.handle,
    book.wanted,
    commands.menu,
    waiting.handle,
    matters.handle,
    detail.handle,
    needs.handle,
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
        "receipt",
        "reach",
        "rating",
        "needs",
        "more",
        "calculate",
        "detail",
        "corrected",
        "edited",
        "others",
        "channels",
        "hours",
    }
)

# What may stand beside a decision, in this order.
ADDED = (
    form.attend,
    complain.offered,
    rating.asked,
    notice.noticed,
    channels.asked,
    about.attend,
    abroad.noticed,
    back.said,
    shared.remembered,
    media.too_large,
    edits.unsaid,
)


def decide(turn: Turn) -> Outcome:
    turn = form.cleared(about.remember(memory.remember(topics.settle(turn))))
    outcome = next(found for handler in HANDLERS if (found := handler(turn)) is not None)
    attended = gentle.attend(turn, outcome)
    if attended.state.asked is None and attended.handler in BESIDE_A_FORM:
        attended = form.asked_again(turn, attended)
    for add in ADDED:
        attended = add(turn, attended)
    return bounds.fit(bubbles.keep(turn, attended))


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
