"""She asked a person to forget her, because she has no three words: the reason says how staff knew that it was her."""

from store import Tx, access_log, casework, tickets
from tickets import erasing
from tickets.actor import Actor
from tickets.casework.case import held, required
from tickets.errors import Refused
from tickets.service import Service


def forget_for_her(service: Service, tx: Tx, actor: Actor, ticket_id: int, *, reason: str, now: int) -> str:
    """Hidden at once, with the number of the receipt to read out to her; an open danger stays with staff."""
    why = required(reason, "请写一句怎么核对是她本人的")
    before = held(tx, actor, ticket_id)
    if casework.hidden(tx, before.contact_id):
        raise Refused(409, "已经删除过了")
    access_log.look(tx, actor, "contact.erase", ticket_id, why, now=now)
    tickets.add_event(tx, before, "erased", now=now, actor="seat", seat_id=actor.seat_id, note=why)
    number = erasing.forget(service, tx, before.contact_id, now=now)
    tx.announce(tickets.TOPIC)
    return number
