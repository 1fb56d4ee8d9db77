"""Missed and after-hours calls: due by the service hours, taken by one person, each with what came of it."""

from store import Store, Tx, access_log, calls, releases
from store.calls import Call
from tickets import clock
from tickets.actor import Actor
from tickets.callbacks import number_in
from tickets.casework.case import required
from tickets.errors import Refused
from tickets.phone.answering import GONE, MOST
from tickets.phone.pasted import Pasted, parse
from tickets.receptions import load_catalogue
from tickets.service import Service


def enter(service: Service, tx: Tx, actor: Actor, *, number: str, at: int, now: int) -> bool:
    """One missed call; False when it is on the list already."""
    read = number_in(number)
    if read is None:
        raise Refused(422, "号码看不懂，请写成手机号，或者带区号的座机号")
    due = _due(service, tx, at, limit=load_catalogue(service.org.name).call_first)
    return calls.add_missed(tx, unit=actor.unit, number=read, missed_at=at, due_at=due, now=now)


def paste(service: Service, tx: Tx, actor: Actor, text: str, *, now: int) -> tuple[int, Pasted]:
    """A copied list, oldest first; returns how many were new."""
    read = parse(text, now=now)
    rows = sorted(read.calls, key=lambda row: row[1])
    return sum(enter(service, tx, actor, number=number, at=at, now=now) for number, at in rows), read


def take(tx: Tx, actor: Actor, call_id: int, *, now: int) -> None:
    """One winner."""
    before = _listed(tx, actor, call_id)
    if before.seat_id is not None:
        raise Refused(409, "已经有人在回拨了")
    if not calls.change(tx, before, {"seat_id": actor.seat_id}):
        raise Refused(409, "别人刚拿走")
    calls.add_step(tx, before, "taken", seat_id=actor.seat_id, now=now)


def put_back(tx: Tx, actor: Actor, call_id: int, *, now: int) -> None:
    before = _taken(tx, actor, call_id)
    calls.change(tx, before, {"seat_id": None})
    calls.add_step(tx, before, "put_back", seat_id=actor.seat_id, now=now)


async def show_number(store: Store, actor: Actor, call_id: int, *, now: int) -> str | None:
    """For the person who calls back: the line is on disk before the number is read."""

    def log(tx: Tx) -> None:
        before = _taken(tx, actor, call_id)
        access_log.look(tx, actor, "call.number", None, now=now, data={"call": before.id})
        calls.add_step(tx, before, "number", seat_id=actor.seat_id, now=now)

    await store.unit(log)
    return await store.read(lambda tx: calls.number_of(tx, _taken(tx, actor, call_id)))


def connect(tx: Tx, actor: Actor, call_id: int, *, now: int) -> None:
    """Somebody answered: it is a call on the line now, and ends with an outcome like any other."""
    before = _taken(tx, actor, call_id)
    if len(calls.drafts(tx, actor.seat_id)) >= MOST:
        raise Refused(409, f"已经有 {MOST} 通没有结束的电话，请先结束一通")
    done = {"state": calls.OPEN, "attempts": before.attempts + 1, "started_at": now, "silent": False, "outcome": None}
    calls.change(tx, before, done)
    calls.add_step(tx, before, "reached", seat_id=actor.seat_id, now=now)


def not_reached(service: Service, tx: Tx, actor: Actor, call_id: int, *, now: int) -> None:
    """Nobody there: again later, by whoever takes it then."""
    before = _taken(tx, actor, call_id)
    due = _due(service, tx, now, limit=load_catalogue(service.org.name).call_again)
    calls.change(tx, before, {"attempts": before.attempts + 1, "seat_id": None, "due_at": due})
    calls.add_step(tx, before, "not_reached", seat_id=actor.seat_id, now=now)


def drop(tx: Tx, actor: Actor, call_id: int, *, reason: str, now: int) -> None:
    """No further call, and why."""
    why = required(reason, "请写一句为什么不再打")
    before = _taken(tx, actor, call_id)
    outcome = before.outcome or "unreached"
    calls.change(tx, before, {"state": calls.ENDED, "outcome": outcome, "ended_at": now})
    calls.add_step(tx, before, "dropped", seat_id=actor.seat_id, now=now, note=why)


def _listed(tx: Tx, actor: Actor, call_id: int) -> Call:
    found = calls.seen_by(tx, call_id, seat_id=actor.seat_id, units=actor.units)
    if found is None or found.state != calls.WAITING:
        raise Refused(404, GONE)
    return found


def _taken(tx: Tx, actor: Actor, call_id: int) -> Call:
    found = _listed(tx, actor, call_id)
    if found.seat_id != actor.seat_id:
        raise Refused(409, "请先拿到自己手上")
    return found


def _due(service: Service, tx: Tx, start: int, *, limit: str) -> int:
    corrections = releases.calendar_corrections(tx)
    return clock.deadline(start, limit, natural=False, hours=service.org.hours, corrections=corrections).at
