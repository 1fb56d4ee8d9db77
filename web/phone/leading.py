"""From what was heard to a ticket and a call-back, in one transaction each."""

from dataclasses import dataclass

from store import Tx, calls
from store.calls import Call
from tickets import phone
from tickets.actor import Actor
from tickets.errors import Refused
from tickets.service import Opened
from web.desk import Desk
from web.ears import Heard
from web.phone.cards import topic_of
from web.times import short


@dataclass(frozen=True, slots=True)
class Wish:
    """How she wants to be called."""

    number: str  # empty: the one she calls from
    safe: str
    named: bool


def planned(desk: Desk, call: Call, heard: Heard) -> str:
    topic = topic_of(desk, call, heard)
    if topic is None:
        raise Refused(422, "还听不出是什么事：先记几个字，或者在“事项和地点”里选事项")
    return topic


def open_one(desk: Desk, tx: Tx, actor: Actor, call_id: int, heard: Heard, *, now: int) -> Opened | None:
    call = phone.mine(tx, actor, call_id)
    topic = call.topic or "" if call.ticket_id else planned(desk, call, heard)
    number = calls.number_of(tx, call)
    unit = call.district or heard.unit
    return phone.open_ticket(desk.service, tx, actor, call, topic=topic, unit=unit, number=number, now=now)


def call_back(desk: Desk, tx: Tx, actor: Actor, call_id: int, heard: Heard, wish: Wish, *, now: int) -> int:
    if wish.number.strip():
        phone.set_number(tx, actor, call_id, wish.number)
    open_one(desk, tx, actor, call_id, heard, now=now)
    call = phone.mine(tx, actor, call_id)
    number = calls.number_of(tx, call)
    return phone.call_back(
        desk.service, tx, actor, call, safe_words=wish.safe, named=wish.named, number=number, now=now
    )


def due_words(due: int, now: int) -> str:
    return f"已约回拨：{short(due, now)}"
