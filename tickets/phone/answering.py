"""A call on the line: its draft, its danger, its end; only the seat that answered has it in hand."""

from typing import Final

from store import Tx, access_log, calls
from store.calls import Call
from tickets.actor import Actor
from tickets.callbacks import number_in
from tickets.casework.case import required
from tickets.errors import Refused
from tickets.phone.leading import join, standing
from tickets.service import LEVELS, Service

MOST: Final = 6  # calls one person can have before her
LONGEST: Final = 8000
OUTCOMES: Final = ("answered", "ticket", "callback", "police", "referred", "hung_up", "wrong", "silent")
LOOK_IN: Final = 30 * 60 * 1_000_000  # a silent call with a number: somebody looks within it, at any hour
GONE: Final = "没有这通电话，或者不在您手上"  # absent and somebody else's look alike


def answer(tx: Tx, actor: Actor, *, now: int) -> int:
    if len(calls.drafts(tx, actor.seat_id)) >= MOST:
        raise Refused(409, f"已经有 {MOST} 通没有结束的电话，请先结束一通")
    return calls.add(tx, unit=actor.unit, seat_id=actor.seat_id, now=now)


def mine(tx: Tx, actor: Actor, call_id: int) -> Call:
    found = calls.get(tx, call_id, lock=True)
    if found is None or found.state != calls.OPEN or found.seat_id != actor.seat_id:
        raise Refused(404, GONE)
    return found


def save(tx: Tx, actor: Actor, call_id: int, text: str, *, now: int) -> None:
    before = mine(tx, actor, call_id)
    if text != before.body:
        calls.change(tx, before, {"body": text[:LONGEST], "saved_at": now})


def set_number(tx: Tx, actor: Actor, call_id: int, typed: str) -> None:
    """An empty field takes the number away."""
    before = mine(tx, actor, call_id)
    number = number_in(typed)
    if typed.strip() and number is None:
        raise Refused(422, "号码看不懂，请写成手机号，或者带区号的座机号")
    calls.change(tx, before, {"number": number})


def choose(tx: Tx, actor: Actor, call_id: int, *, topic: str | None = None, district: str | None = None) -> None:
    """What a person says it is about, over what was heard."""
    before = mine(tx, actor, call_id)
    values = {name: value for name, value in (("topic", topic), ("district", district)) if value is not None}
    if values:
        calls.change(tx, before, values)


def set_silent(tx: Tx, actor: Actor, call_id: int, *, now: int) -> None:
    """Nobody speaks: possible danger, until a person says what it was."""
    before = mine(tx, actor, call_id)
    calls.change(tx, before, {"silent": not before.silent})
    kind = "voice_heard" if before.silent else "silent"
    calls.add_step(tx, before, kind, seat_id=actor.seat_id, now=now)


def raise_danger(
    service: Service, tx: Tx, actor: Actor, call_id: int, *, kind: str, level: str, sure: bool, by_hand: bool, now: int
) -> bool:
    """Only upwards, and it stays when the words are deleted; True when it rose."""
    before = mine(tx, actor, call_id)
    if not service.knows_danger(kind) or level not in LEVELS[1:]:
        raise Refused(422, "请选择危险类别和级别")
    old = (LEVELS.index(before.danger_level or "none"), before.danger_sure)
    if (LEVELS.index(level), sure) <= old and not by_hand:
        return False
    if by_hand and LEVELS.index(level) < old[0]:
        raise Refused(422, "这里只能升高；要降低，请写明原因解除")
    calls.change(tx, before, {"danger_kind": kind, "danger_level": level, "danger_sure": sure})
    data = {"danger": kind, "level": level, "sure": sure, "by_hand": by_hand}
    calls.add_step(tx, before, "danger", seat_id=actor.seat_id, now=now, data=data)
    return True


def dismiss(tx: Tx, actor: Actor, call_id: int, *, judged: list[str], reason: str, now: int) -> None:
    """A person has judged these sentences to be no danger; what is typed after them may raise it again."""
    why = required(reason, "请写一句判断的依据，会记在您名下")
    before = mine(tx, actor, call_id)
    if before.danger_kind is None:
        raise Refused(409, "现在没有危险信号")
    if before.ticket_id is not None:
        raise Refused(409, "已经开单，请在工单里用“危险判断”")
    data = {"call": before.id, "danger": before.danger_kind, "level": before.danger_level}
    access_log.look(tx, actor, "call.dismiss", None, now=now, data=data)
    calls.add_step(tx, before, "dismissed", seat_id=actor.seat_id, now=now, note=why, data=data)
    known = tuple(dict.fromkeys((*before.dismissed, *judged)))
    nothing = {"danger_kind": None, "danger_level": None, "danger_sure": True}
    calls.change(tx, before, {**nothing, "dismissed": known})


def end(service: Service, tx: Tx, actor: Actor, call_id: int, *, outcome: str, now: int) -> None:
    """Every call ends with an outcome, and none with a danger that nobody has judged or taken on."""
    before = mine(tx, actor, call_id)
    if outcome not in OUTCOMES:
        raise Refused(422, "请选择结果")
    if standing(before) and before.ticket_id is None:
        raise Refused(409, "这通电话有危险信号：请先开单，或者写明原因解除")
    if outcome in {"ticket", "callback"} and before.ticket_id is None:
        raise Refused(409, "还没有开单" if outcome == "ticket" else "还没有约回拨")
    if (outcome == "silent") is not before.silent and (outcome == "silent" or before.ticket_id is None):
        raise Refused(
            409, "先按“没有声音”" if outcome == "silent" else "对方一直没有声音：请选“沉默来电”，有声音了再按一次"
        )
    if before.ticket_id is not None:
        join(service, tx, before, now=now)
    values: dict[str, object] = {"outcome": outcome, "state": calls.ENDED, "ended_at": now}
    if outcome == "silent" and before.masked is not None and before.ticket_id is None:
        again = {"state": calls.WAITING, "seat_id": None, "due_at": now + LOOK_IN, "missed_at": before.started_at}
        values |= again
    calls.change(tx, before, values)
    calls.add_step(tx, before, "ended", seat_id=actor.seat_id, now=now, data={"outcome": outcome})
