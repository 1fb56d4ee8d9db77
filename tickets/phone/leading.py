"""What a call leads to: a ticket, with alarm when there is danger, and a call-back."""

from store import Tx, calls, tickets
from store.calls import Call
from tickets import callbacks
from tickets.actor import Actor
from tickets.casework import open_by_staff
from tickets.casework.case import ALARMING, CLOSED
from tickets.errors import Refused
from tickets.ringing import got
from tickets.service import Opened, Service

UNSPOKEN = "（来电，没有来得及记下内容）"


def standing(call: Call) -> bool:
    """A sign of danger that nobody has dismissed."""
    return call.danger_kind is not None


def danger_of(call: Call) -> tuple[str | None, str | None]:
    """Kind and level as the ticket takes them: a doubtful sign goes on top of the queue and does not ring."""
    if call.danger_kind is None:
        return None, None
    return call.danger_kind, call.danger_level if call.danger_sure else "watch"


def open_ticket(
    service: Service, tx: Tx, actor: Actor, call: Call, *, topic: str, unit: str | None, number: str | None, now: int
) -> Opened | None:
    """One ticket a call; a second time what was typed since goes into it, and None comes back."""
    if call.ticket_id is not None:
        join(service, tx, call, now=now)
        return None
    what = call.body.strip() or (UNSPOKEN if standing(call) or call.silent else "")
    kind, level = danger_of(call)
    opened = open_by_staff(
        service,
        tx,
        actor,
        source="phone",
        topic=topic,
        unit=unit,
        facts={"what": what, "contact": number or ""},
        danger_kind=kind,
        danger_level=level,
        contact_id=call.contact_id,
        now=now,
    )
    calls.change(tx, call, {"ticket_id": opened.ticket.id})
    for step in calls.steps(tx, call):
        if step.kind == "dismissed":
            tickets.add_event(
                tx,
                opened.ticket,
                "call_dismissed",
                now=step.at,
                actor="seat",
                seat_id=step.seat_id,
                data=step.data,
                note=step.note,
            )
    calls.add_step(tx, call, "ticket", seat_id=actor.seat_id, now=now, data={"ticket": opened.ticket.id})
    return opened


def join(service: Service, tx: Tx, call: Call, *, now: int) -> None:
    """What was typed after the ticket was opened, and danger that rose since: it rings."""
    assert call.ticket_id is not None
    ticket = got(tx, call.ticket_id)
    if ticket.state == CLOSED:
        return
    kind, level = danger_of(call)
    what = call.body.strip()
    known = tickets.facts(tx, ticket).get("what")
    if what in {"", known} and (kind, level) == (ticket.danger_kind, ticket.danger_level):
        return
    facts = {"what": what} if what else {}
    service.join(
        tx,
        ticket.id,
        facts=facts,
        unit=call.district,
        danger_kind=kind,
        danger_level=level,
        alarm=level in ALARMING,
        now=now,
    )


def call_back(
    service: Service, tx: Tx, actor: Actor, call: Call, *, safe_words: str, named: bool, number: str | None, now: int
) -> int:
    """She wants to be called: on her ticket, due when she says it is safe; returns when."""
    if call.ticket_id is None:
        raise Refused(409, "先开单，再约回拨")
    words = safe_words.strip() or None
    if number is None:
        made = callbacks.create(
            service, tx, call.ticket_id, why="staff", safe_words=words, named=named, seat_id=actor.seat_id, now=now
        )
    else:
        made = callbacks.asked(service, tx, call.ticket_id, number=number, safe_words=words, named=named, now=now)
    data = {"callback": made.id, "due": made.due_at}
    calls.add_step(tx, call, "callback", seat_id=actor.seat_id, now=now, data=data)
    tx.announce(calls.TOPIC)
    return made.due_at
