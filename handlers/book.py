"""Reception days: what she wants to book, where, at which of three free times; one thing at a time."""

from collections.abc import Sequence
from typing import Any

from handlers import book_words, buttons, heard, matters, offers, topics
from handlers.phrases import say
from handlers.state import Form
from handlers.turn import CODE, Outcome, Reply, Turn
from store.bookings import Slot
from tickets.arranging import Book, MoveBooking
from tickets.booking.words import when_words
from tickets.receptions import Kind

NAME = "book"
SHOWN = 3
SHORT_PLACE = 12  # characters of a message that only names a place
MOST = 3  # bookings of one person that lie ahead


def wanted(turn: Turn) -> Outcome | None:
    """Booking is a command; staff's calendar says what is free, and where nothing is a person is offered."""
    return start(turn) if topics.commanded(turn, "command_book") else None


def start(turn: Turn) -> Outcome:
    kind = turn.window.catalogue.named(turn.text)
    ahead = turn.window.booked()
    same = next((one for one in ahead if kind and one.slot.kind == kind.key), None)
    if same is not None and kind is not None:
        words = say("book.already", kind=kind.name, when=when_words(same.slot.start_at))
        return Outcome(NAME, (Reply(words, (buttons.MOVE, buttons.CANCEL, buttons.HUMAN)),), turn.state.onward())
    if len(ahead) >= MOST:
        return Outcome(NAME, (Reply(say("book.enough"), (buttons.MINE, buttons.HUMAN)),), turn.state.onward())
    return which(turn) if kind is None else where(turn, kind, {})


def which(turn: Turn) -> Outcome:
    kinds = _free(turn)
    if not kinds:
        topic = turn.state.topic or topics.NO_TOPIC
        return Outcome(NAME, (Reply(say("book.about"), buttons.OFFER),), turn.state.onward(offer=topic))
    if len(kinds) == 1:
        return where(turn, kinds[0], {})
    form = Form(NAME, turn.state.topic or topics.NO_TOPIC, "kind", ())
    return _asks(turn, form)


def where(turn: Turn, kind: Kind, facts: dict[str, Any]) -> Outcome:
    """The district is asked only when slots lie in several and she has not said one."""
    free = turn.window.free(kind.key)
    if not free:
        return nothing(turn, kind)
    unit = turn.unit or turn.state.unit
    if unit is not None:
        near = turn.window.free(kind.key, {unit})
        return times(turn, kind, near or free, {**facts, "units": [unit] if near else None}, far=not near)
    if len({slot.unit for slot in free}) == 1:
        return times(turn, kind, free, facts)
    return _asks(turn, Form(NAME, kind.topic, "unit", (), {**facts, "kind": kind.key}))


def times(turn: Turn, kind: Kind, free: Sequence[Slot], facts: dict[str, Any], *, far: bool = False) -> Outcome:
    shown = [slot.id for slot in free[:SHOWN]]
    seen = [*facts.get("seen", ()), *shown]
    known = {**facts, "kind": kind.key, "shown": shown, "seen": seen, "far": far}
    return _asks(turn, Form(NAME, kind.topic, "slot", (), known))


def nothing(turn: Turn, kind: Kind, *, more: bool = False, moving: bool = False) -> Outcome:
    if moving:
        words = say("book.move_none", kind=kind.name)
    else:
        words = say("book.no_more") if more else say("book.none", kind=kind.name)
    state = turn.state.onward(form=None, offer=kind.topic, topic=kind.topic)
    return Outcome(NAME, (Reply(words, buttons.OFFER),), state)


def question(turn: Turn, form: Form) -> Reply:
    """The open question once more, with what is still free."""
    if form.asking == "kind":
        return Reply(say("book.which"), (*(kind.name for kind in _free(turn)[:SHOWN]), buttons.NONE, buttons.HUMAN))
    if form.asking == "unit":
        return Reply(say("book.where"), (buttons.SKIP, buttons.HUMAN))
    name = book_words.kind_name(turn, form.facts["kind"])
    if form.asking == "confirm":
        slot = turn.window.slot(form.facts["slot"])
        if slot is not None:
            told = say("book.confirm", kind=name, when=when_words(slot.start_at), place=book_words.place(slot))
            return Reply(told, (buttons.TAKE, buttons.OTHER_TIME, buttons.NOT_NOW))
    key = "book.times_elsewhere" if form.facts.get("far") else "book.times"
    return Reply(say(key, kind=name), (*book_words.labels(turn, _shown(turn, form)), buttons.NONE, buttons.HUMAN))


def answer(turn: Turn, form: Form) -> Outcome | None:
    said = turn.text.strip()
    leaves = offers.declines(turn) or said == buttons.NOT_NOW or heard.bare(said) in {"不约了", "先不约", "不约"}
    if leaves and said not in {buttons.NONE, buttons.OTHER_TIME}:
        key = "book.kept" if form.facts.get("moving") else "book.declined"
        return Outcome(NAME, (Reply(say(key)),), turn.state.onward(form=None))
    return {"kind": _kind, "unit": _unit, "slot": _slot, "confirm": _confirm}[form.asking](turn, form)


def confirm(turn: Turn, kind: Kind, slot: Slot, facts: dict[str, Any]) -> Outcome:
    return _asks(turn, Form(NAME, kind.topic, "confirm", (), {**facts, "kind": kind.key, "slot": slot.id}))


def _kind(turn: Turn, form: Form) -> Outcome | None:
    kind = turn.window.catalogue.named(turn.text)
    if kind is not None and (len(turn.text.strip()) <= len(kind.name) + 4 or turn.understanding.abstain):
        return where(turn, kind, dict(form.facts))
    if turn.text.strip() == buttons.NONE:
        state = turn.state.onward(form=None, offer=form.topic)
        return Outcome(NAME, (Reply(say("book.about"), buttons.OFFER),), state)
    return None


def _unit(turn: Turn, form: Form) -> Outcome | None:
    kind = _of(turn, form)
    unit = turn.find_place(turn.text) or turn.unit
    if unit is None and not heard.skips(turn.text):
        return None
    facts = dict(form.facts)
    near = turn.window.free(kind.key, {unit}) if unit else []
    free = near or turn.window.free(kind.key)
    if not free:
        return nothing(turn, kind)
    made = times(turn, kind, free, {**facts, "units": [unit] if near else None}, far=unit is not None and not near)
    return made if unit is None else Outcome(NAME, made.replies, made.state.but(unit=unit))


def _slot(turn: Turn, form: Form) -> Outcome | None:
    kind, facts = _of(turn, form), dict(form.facts)
    slot = book_words.picked(turn, _shown(turn, form))
    if slot is not None:
        return confirm(turn, kind, slot, facts)
    if turn.text.strip() in {buttons.NONE, buttons.OTHER_TIME} or heard.bare(turn.text) in {"都不行", "都不方便"}:
        return _others(turn, kind, facts)
    if _gone(turn, form):
        return _again(turn, kind, facts)
    unit = turn.find_place(turn.text)
    if unit is not None and len(turn.text.strip()) <= SHORT_PLACE:
        near = turn.window.free(kind.key, {unit})
        if near:
            return times(turn, kind, near, {**facts, "units": [unit], "seen": []})
    return None


def _confirm(turn: Turn, form: Form) -> Outcome | None:
    kind, facts = _of(turn, form), dict(form.facts)
    if turn.text.strip() == buttons.OTHER_TIME:
        return _others(turn, kind, facts)
    if turn.text.strip() != buttons.TAKE and not offers.accepts(turn):
        return None
    slot = turn.window.slot(facts["slot"])
    if slot is None:
        return _again(turn, kind, facts)
    when, place = when_words(slot.start_at), book_words.place(slot)
    state = turn.state.onward(form=None, topic=kind.topic)
    if facts.get("moving"):
        moved = Reply(say("book.moved", kind=kind.name, when=when, place=place), (buttons.MINE,))
        return Outcome(NAME, (moved,), state, (MoveBooking(facts["moving"], slot.id),), kind.topic)
    matter = matters.about(turn, kind.topic)
    done = say("book.done", kind=kind.name, when=when, place=place)
    told = "\n".join((done, say("code.line", code=CODE), say("book.after")))
    booked = Book(slot.id, None if matter is None else matter.id)
    return Outcome(NAME, (Reply(told, (buttons.MINE,)),), state, (booked,), kind.topic)


def _others(turn: Turn, kind: Kind, facts: dict[str, Any]) -> Outcome:
    """The next three times she has not seen."""
    units = facts.get("units")
    free = turn.window.free(kind.key, units, facts.get("seen", ()))
    if not free:
        return nothing(turn, kind, more=True, moving=bool(facts.get("moving")))
    return times(turn, kind, free, facts, far=bool(facts.get("far")))


def _again(turn: Turn, kind: Kind, facts: dict[str, Any]) -> Outcome:
    """Somebody was faster: said plainly, with what is left."""
    free = turn.window.free(kind.key, facts.get("units"))
    if not free:
        return nothing(turn, kind, more=True, moving=bool(facts.get("moving")))
    made = times(turn, kind, free, {**facts, "seen": []})
    return Outcome(NAME, (Reply(say("book.gone")), *made.replies), made.state)


def _gone(turn: Turn, form: Form) -> bool:
    """She pressed a time that was free when it was shown."""
    slots = _shown(turn, form)
    return book_words.is_label(turn.text) and book_words.picked(turn, slots) is None


def _shown(turn: Turn, form: Form) -> list[Slot]:
    found = (turn.window.slot(slot_id) for slot_id in form.facts.get("shown", ()))
    return [slot for slot in found if slot is not None]


def _of(turn: Turn, form: Form) -> Kind:
    return turn.window.catalogue.kinds[form.facts["kind"]]


def _free(turn: Turn) -> list[Kind]:
    """Kinds with a free place; what fits her matter first."""
    free = turn.window.free_kinds()
    kinds = [kind for key, kind in turn.window.catalogue.kinds.items() if key in free]
    return sorted(kinds, key=lambda kind: kind.topic != turn.state.topic)


def _asks(turn: Turn, form: Form) -> Outcome:
    return Outcome(NAME, (question(turn, form),), turn.state.onward(form=form, topic=form.topic), topic=form.topic)
