"""Reads the calendar as days of slots, each with who has booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store import Tx, bookings
from store.bookings import Listed, Slot
from tickets.actor import Actor
from tickets.booking.words import day_words
from tickets.workdays import local, micros

DAYS = 28  # shown from the chosen day on
MIDNIGHT = local(0).time().min
STATES: Mapping[str, str] = {"booked": "已约", "attended": "已来", "missed": "没来"}


@dataclass(frozen=True, slots=True)
class SlotView:
    slot: Slot
    booked: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Day:
    words: str
    slots: tuple[SlotView, ...]


def read_days(tx: Tx, actor: Actor, first: date) -> list[Day]:
    """Only units this person answers for; a booking of somebody it must not see has no number."""
    start, end = micros(first, MIDNIGHT), micros(first + timedelta(days=DAYS), MIDNIGHT)
    found = bookings.between(tx, units=actor.units, start=start, end=end)
    listed = bookings.listed(tx, [slot.id for slot in found], seat_id=actor.seat_id, units=actor.units)
    days: dict[str, list[SlotView]] = {}
    for slot in found:
        days.setdefault(day_words(slot.start_at), []).append(SlotView(slot, _of(slot, listed)))
    return [Day(words, tuple(slots)) for words, slots in days.items()]


def _of(slot: Slot, listed: Sequence[Listed]) -> tuple[Listed, ...]:
    return tuple(one for one in listed if one.slot_id == slot.id)


def span(slot: Slot) -> str:
    return f"{local(slot.start_at):%H:%M}–{local(slot.end_at):%H:%M}"


def room(slot: Slot) -> str:
    if slot.cancelled_at is not None:
        return "已取消"
    return f"已约 {slot.taken} / {slot.capacity}"


def standing(one: Listed) -> str:
    told = "已提醒" if one.reminded_at is not None else "未提醒" if one.reachable else "没有对话，请电话提醒"
    state = STATES.get(one.state, one.state)
    return f"{state} · {told}" if one.state == "booked" else state
