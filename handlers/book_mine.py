"""What she has booked: shown, cancelled, moved; with her three words from anywhere."""

import re
from collections.abc import Sequence

from handlers import book, book_words, buttons, heard, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import Action, Outcome, Reply, Turn
from store.bookings import Booking
from tickets.arranging import CancelBooking, Tried
from tickets.booking.words import when_words

NAME = "booked"  # the form that asks which one
SHORT = 24  # characters of a message that is about a booking and nothing else
VIEW = re.compile(r"^(?:看|查|查看|看看|查一下|看一下)?(?:一下)?(?:我的|我约的)?(?:预约|安排)(?:呢|吗)?$")
CANCEL = re.compile(
    r"取消.{0,6}(?:预约|约|号)|(?:预约|约的|约好的?).{0,8}取消|(?:不去|去不|来不)了|不(?:想|能)去了|取消预约"
)
MOVE = re.compile(
    r"改(?:一下|个)?(?:预约|时间|天|期|约|日子)|换(?:个|一下)?(?:时间|日子|天)|往?(?:后|前)(?:推|挪|移)|挪(?:一下|到|个)|(?:预约|约的).{0,8}(?:改|换|挪)"
)
ABOUT = re.compile(r"预约|约")  # without one of her own here, the words must speak of one
EXPECTS = {"book_view": "view", "book_cancel": "cancel", "book_move": "move"}


def handle(turn: Turn) -> Outcome | None:
    wants = _wants(turn)
    if wants is None:
        return _offered_again(turn)
    mine = turn.window.booked()
    if not mine and wants != "view" and not ABOUT.search(turn.text):
        return None
    if not mine and wants == "view" and heard.bare(turn.text) == "预约":
        return None  # she wants one
    return _do(turn, wants, mine)


def by_code(turn: Turn) -> Outcome | None:
    """Her three words after she was asked for them: what they open is shown, moved or cancelled here."""
    wants = EXPECTS.get(turn.state.expects or "")
    words = turn.code_words(turn.text)
    if wants is None or words is None:
        return None
    proved = turn.window.proved(words)
    if proved is None:
        state = turn.state.onward(expects=turn.state.expects)
        return Outcome("book", (Reply(say("code.wrong"), (buttons.HUMAN,)),), state, (Tried(words),))
    return _do(turn, wants, proved.bookings).adding(Tried(words))


def question(turn: Turn, form: Form) -> Reply:
    mine = _of(turn, form)
    if form.asking == "cancel":
        one = mine[0] if mine else None
        if one is not None and len(mine) == 1:
            words = say(
                "book.cancel_ask", kind=book_words.kind_name(turn, one.slot.kind), when=when_words(one.slot.start_at)
            )
            return Reply(words, (buttons.CANCEL, buttons.MOVE, buttons.DECLINE))
        return Reply(say("book.cancel_which"), (*_labels(turn, mine), buttons.DECLINE))
    if form.asking == "move":
        return Reply(say("book.move_which"), (*_labels(turn, mine), buttons.DECLINE))
    told = "\n".join((say("book.mine"), *(book_words.line(turn, one) for one in mine)))
    return Reply(told, (buttons.CANCEL, buttons.MOVE, buttons.HUMAN))


def answer(turn: Turn, form: Form) -> Outcome | None:
    mine = _of(turn, form)
    if offers.declines(turn):
        return Outcome("book", (Reply(say("book.kept")),), turn.state.onward(form=None))
    if not mine:
        return None
    one = _named(turn, mine)
    wants = _wants(turn) or ("cancel" if form.asking == "cancel" and offers.accepts(turn) else None)
    if one is not None and form.asking != "view":
        return _cancelled(turn, one) if form.asking == "cancel" else _moving(turn, one)
    if wants == "cancel" and len(mine) == 1:
        return _cancelled(turn, mine[0])
    if wants in {"cancel", "move"}:
        return _do(turn, wants, mine)
    return None


def _wants(turn: Turn) -> str | None:
    said = heard.bare(turn.text)
    if len(said) > SHORT:
        return None
    if CANCEL.search(said):
        return "cancel"
    if MOVE.search(said) and not heard.READS.match(said):
        return "move"
    return "view" if VIEW.match(said) else None


def _do(turn: Turn, wants: str, mine: Sequence[Booking]) -> Outcome:
    if not mine:
        expects = next(name for name, meaning in EXPECTS.items() if meaning == wants)
        state = turn.state.onward(form=None, expects=expects)
        return Outcome("book", (Reply(say("book.mine_none"), (buttons.HUMAN,)),), state)
    if wants == "move" and len(mine) == 1:
        return _moving(turn, mine[0])
    if wants == "cancel" and len(mine) == 1 and turn.text.strip() == buttons.CANCEL and turn.state.form is not None:
        return _cancelled(turn, mine[0])
    form = Form(NAME, _topic(turn, mine[0]), wants, (), {"ids": [one.id for one in mine]})
    return Outcome("book", (question(turn, form),), turn.state.onward(form=form))


def _cancelled(turn: Turn, one: Booking) -> Outcome:
    told = say("book.cancelled", kind=book_words.kind_name(turn, one.slot.kind), when=when_words(one.slot.start_at))
    actions: tuple[Action, ...] = (CancelBooking(one.id),)
    return Outcome("book", (Reply(told),), turn.state.onward(form=None), actions)


def _moving(turn: Turn, one: Booking) -> Outcome:
    kind = turn.window.catalogue.kinds[one.slot.kind]
    units = [one.slot.unit]
    free = turn.window.free(kind.key, units, [one.slot.id]) or turn.window.free(kind.key, None, [one.slot.id])
    if not free:
        return book.nothing(turn, kind, moving=True)
    return book.times(turn, kind, free, {"moving": one.id, "seen": [one.slot.id]})


def _offered_again(turn: Turn) -> Outcome | None:
    """A time offered after staff had to call hers off: pressed on a screen that may be old."""
    if not book_words.is_label(turn.text):
        return None
    lost = turn.window.lost()
    if lost is None:
        return None
    kind = turn.window.catalogue.kinds[lost.slot.kind]
    free = turn.window.free(kind.key, {lost.slot.unit}) or turn.window.free(kind.key)
    slot = book_words.picked(turn, free)
    if slot is not None:
        return book.confirm(turn, kind, slot, {})
    return book.times(turn, kind, free, {}) if free else book.nothing(turn, kind, more=True)


def _named(turn: Turn, mine: Sequence[Booking]) -> Booking | None:
    slot = book_words.picked(turn, [one.slot for one in mine])
    return next((one for one in mine if slot is not None and one.slot.id == slot.id), None)


def _of(turn: Turn, form: Form) -> list[Booking]:
    """Those the form is about that still stand: hers here, or what her three words opened."""
    found = (turn.window.booking(booking_id) for booking_id in form.facts.get("ids", ()))
    return [one for one in found if one is not None]


def _labels(turn: Turn, mine: Sequence[Booking]) -> tuple[str, ...]:
    return book_words.labels(turn, [one.slot for one in mine[: book.SHOWN]])


def _topic(turn: Turn, one: Booking) -> str:
    kind = turn.window.catalogue.kinds.get(one.slot.kind)
    return turn.state.topic or (kind.topic if kind else topics.NO_TOPIC)
