"""Earlier calls from the same number: a count until somebody says why they must be read."""

from store import Store, Tx, access_log, calls
from store.calls import Call
from tickets.actor import Actor
from tickets.casework.case import required
from tickets.phone.answering import mine


def count(tx: Tx, actor: Actor, call: Call) -> int:
    return len(calls.same_number(tx, call, seat_id=actor.seat_id, units=actor.units))


async def look_back(
    store: Store, actor: Actor, call_id: int, *, reason: str, now: int
) -> list[tuple[Call, str | None]]:
    """The calls, after the line that says who reads them and why is safely on disk. It need not be the same person."""
    why = required(reason, "请写一句为什么要看")

    def log(tx: Tx) -> None:
        call = mine(tx, actor, call_id)
        access_log.look(tx, actor, "call.earlier", call.ticket_id, why, now=now, data={"call": call.id})
        calls.add_step(tx, call, "looked_back", seat_id=actor.seat_id, now=now, note=why)

    def read(tx: Tx) -> list[tuple[Call, str | None]]:
        call = mine(tx, actor, call_id)
        return calls.same_number(tx, call, seat_id=actor.seat_id, units=actor.units)

    await store.unit(log)
    return await store.read(read)
