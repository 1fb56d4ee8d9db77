"""我来和她说: the bot is silent while a person has her; who is there is told at once when that ends."""

from store import Tx, conversations, outbox
from store.rows import Conversation
from tickets.actor import Actor
from tickets.casework.case import held, record
from tickets.casework.reaching import THERE, there
from tickets.errors import Refused
from tickets.service import HOLD_HOURS, Service

HOUR = 3600 * 1_000_000


def hold(tx: Tx, actor: Actor, ticket_id: int, *, now: int, hours: int = HOLD_HOURS) -> None:
    """For so long the bot is silent on all her channels, except for danger."""
    before = held(tx, actor, ticket_id)
    hers = conversations.of_contact(tx, before.contact_id)
    if not hers:
        raise Refused(409, "她没有在线对话")
    for conversation in hers:
        conversations.hold(tx, conversation.id, seat_id=actor.seat_id, until=now + hours * HOUR)
    record(tx, actor, before, "held", now=now)


def release(service: Service, tx: Tx, actor: Actor, ticket_id: int, *, now: int) -> None:
    """交还机器人: told at once where she is there, else before the next answer of the bot."""
    before = held(tx, actor, ticket_id)
    hers = [one for one in conversations.of_contact(tx, before.contact_id) if one.held_by is not None]
    for conversation in hers:
        conversations.hold(tx, conversation.id, seat_id=conversation.held_by, until=now)
    _tell(service, tx, before.contact_id, hers, now=now)
    record(tx, actor, before, "released", now=now)


def run_out(service: Service, tx: Tx, *, now: int) -> int:
    """The set time is over; returns how many women were told. Who has gone is told when she writes next."""
    over = conversations.run_out(tx, now=now, since=now - THERE)
    told = 0
    for contact_id in dict.fromkeys(one.contact_id for one in over):
        told += _tell(service, tx, contact_id, [one for one in over if one.contact_id == contact_id], now=now)
    return told


def _tell(service: Service, tx: Tx, contact_id: int, hers: list[Conversation], *, now: int) -> bool:
    """Where she is there and wants replies; who has gone is told later, as the first line of the next answer."""
    reads = [one for one in hers if there(one, now) and one.receives is not False]
    if service.notices is None or not reads or not conversations.give_back(tx, contact_id):
        return False
    for conversation in reads:
        outbox.add(
            tx,
            conversation_id=conversation.id,
            contact_id=contact_id,
            inbox=conversation.inbox,
            text=service.notices.back,
            buttons=(service.notices.human,),
            now=now,
        )
    return True
