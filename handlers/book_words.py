"""Slots as she reads and names them: buttons, lines, and 周三那个 in her own words."""

import re
from collections.abc import Sequence

from handlers import heard
from handlers.phrases import say
from handlers.turn import Turn
from store.bookings import Booking, Slot
from tickets.booking.words import LABEL, when_words
from tickets.workdays import local

PLACE = 40  # characters of a place that fit on a phone
ORDER = (r"第?[一1](?:个|条)?", r"第?[二两2](?:个|条)?", r"第?[三3](?:个|条)?")
WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
DATE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号]")
HALF = re.compile(r"上午|早上|下午|晚上")
HOUR = re.compile(r"(\d{1,2})[点时:：](半|\d{2})?")
DAYS = "一二三四五六日"
NOON = 12


def label(turn: Turn, slot: Slot, slots: Sequence[Slot]) -> str:
    """The unit stands on it only where the slots lie in different ones."""
    several = len({one.unit for one in slots}) > 1
    return f"{when_words(slot.start_at)} {turn.unit_name(slot.unit)}" if several else when_words(slot.start_at)


def labels(turn: Turn, slots: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(label(turn, slot, slots) for slot in slots)


def kind_name(turn: Turn, key: str) -> str:
    kind = turn.window.catalogue.kinds.get(key)
    return key if kind is None else kind.name


def place(slot: Slot) -> str:
    where = f"{slot.place}（{slot.note}）" if slot.note else slot.place
    return where if len(where) <= PLACE else f"{where[: PLACE - 1]}…"


def line(turn: Turn, booking: Booking) -> str:
    slot = booking.slot
    return say("book.line", kind=kind_name(turn, slot.kind), when=when_words(slot.start_at), place=place(slot))


def picked(turn: Turn, slots: Sequence[Slot]) -> Slot | None:
    """The slot whose button this is, or the only one her words fit."""
    text = turn.text.strip()
    for slot, words in zip(slots, labels(turn, slots), strict=True):
        if text in {words, when_words(slot.start_at)}:
            return slot
    said = heard.bare(text)
    for slot, order in zip(slots, ORDER, strict=False):
        if re.fullmatch(rf"(?:就|要|选|约)?{order}(?:吧|好了)?", said):
            return slot
    fitting = [slot for slot in slots if _fits(text, slot)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(text: str, slot: Slot) -> bool:
    """Everything she says of the time is true of this slot, and she says something of it."""
    moment = local(slot.start_at)
    said = 0
    for found in WEEKDAY.findall(text):
        said += 1
        if DAYS.index("日" if found == "天" else found) != moment.weekday():
            return False
    for month, day in DATE.findall(text):
        said += 1
        if int(day) != moment.day or (month and int(month) != moment.month):
            return False
    for hour, minute in HOUR.findall(text):
        said += 1
        minutes = 30 if minute == "半" else int(minute or moment.minute)
        if int(hour) not in {moment.hour, moment.hour - NOON} or minutes != moment.minute:
            return False
    for half in HALF.findall(text):
        said += 1
        if (half in {"上午", "早上"}) != (moment.hour < NOON):
            return False
    return said > 0


def is_label(text: str) -> bool:
    return LABEL.match(text.strip()) is not None
