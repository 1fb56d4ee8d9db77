"""Danger and privacy: what only a named person may do, each with a line that says who and why."""

from collections.abc import Collection
from typing import Any

from store import Store, Tx, access_log, alarms, casework, conversations, files, tickets
from store.rows import Conversation, Ticket
from tickets.actor import Actor
from tickets.casework.case import ABSENT, ALARMING, held, record, required, seen
from tickets.errors import Refused
from tickets.service import LEVELS, Service

CARD = "card"  # numbers she shared as a card, beside the facts of the ticket


def set_danger(
    service: Service,
    tx: Tx,
    actor: Actor,
    ticket_id: int,
    *,
    kind: str | None,
    level: str,
    reason: str,
    version: int | None = None,
    now: int,
) -> Ticket:
    """Raise or lower; only a person does this, and says why. Raising rings, lowering ends the ringing."""
    why = required(reason, "请写一句判断的依据，会记在您名下")
    before = held(tx, actor, ticket_id, version=version)
    if level not in LEVELS or (level != "none" and not service.knows_danger(kind)):
        raise Refused(422, "请选择危险类别和级别")
    kept = kind if level != "none" else None
    old = before.danger_level or "none"
    if (kept, level) == (before.danger_kind, old):
        raise Refused(422, "和现在的判断一样")
    lowered = LEVELS.index(level) < LEVELS.index(old)
    access_log.look(tx, actor, "danger.lower" if lowered else "danger.raise", ticket_id, why, now=now)
    values = service.redanger(tx, before, kind=kept, level=None if level == "none" else level, now=now)
    data = {"from": before.danger_kind, "from_level": old, "danger": kept, "level": level}
    after = record(tx, actor, before, "danger", values=values, data=data, note=why, now=now)
    if level in ALARMING and old not in ALARMING:
        service.ring(tx, after, level=level, now=now)
    if level not in ALARMING:
        _silence(tx, actor, after, now=now)
    return after


def looked(tx: Tx, actor: Actor, conversation_id: int, *, city: str, now: int) -> None:
    """待留意: this person has looked, and no ticket is needed."""
    conversation = watched(tx, actor, conversation_id, city=city)
    if conversation.watch_since is None:
        raise Refused(409, "已经有人看过了")
    data = {"conversation": conversation_id, "kind": conversation.watch_kind}
    access_log.look(tx, actor, "watch.looked", None, now=now, data=data)
    conversations.looked(tx, conversation_id)
    tx.announce(tickets.TOPIC)


def watched(tx: Tx, actor: Actor, conversation_id: int, *, city: str) -> Conversation:
    """The conversation if this person may see it: by the place she named, else the city looks after her."""
    found = conversations.by_id(tx, conversation_id)
    if found is None or not may_watch(tx, actor, found, city=city):
        raise Refused(404, ABSENT)
    return found


def may_watch(tx: Tx, actor: Actor, conversation: Conversation, *, city: str) -> bool:
    if actor.seat_id in casework.kept_out(tx, conversation.contact_id):
        return False
    if actor.units is None:
        return True
    named = (conversation.state or {}).get("unit")
    hers = {ticket.unit for ticket in tickets.open_of_contact(tx, conversation.contact_id)}
    return bool(({named} if named else hers or {city}) & set(actor.units))


async def reveal(store: Store, actor: Actor, ticket_id: int, *, reason: str, now: int) -> dict[str, Any]:
    """Her contact details, after the line that says who wants them and why is safely on disk."""
    why = required(reason, "请写一句为什么要看联系方式")

    def log(tx: Tx) -> None:
        before = seen(tx, actor, ticket_id)
        access_log.look(tx, actor, "contact.reveal", ticket_id, why, now=now)
        tickets.add_event(tx, before, "revealed", now=now, actor="seat", seat_id=actor.seat_id, note=why)
        tx.announce(tickets.TOPIC)

    await store.unit(log)
    return await store.read(lambda tx: _contact(tx, seen(tx, actor, ticket_id)))


def _contact(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    cards = files.shared(tx, ticket.contact_id, "contact")
    return {**tickets.facts(tx, ticket), **({CARD: "，".join(cards.values())} if cards else {})}


def hide_from(tx: Tx, actor: Actor, ticket_id: int, seat_ids: Collection[int], *, reason: str, now: int) -> Ticket:
    """回避: these colleagues see nothing of her from now on; what lay in their hands is free again."""
    why = required(reason, "请写一句回避的原因")
    before = held(tx, actor, ticket_id)
    if not seat_ids or actor.seat_id in seat_ids:
        raise Refused(422, "请选择要回避的同事（不能是自己，自己回避请先转办）")
    casework.keep_out(tx, before.contact_id, seat_ids)
    access_log.look(tx, actor, "ticket.hide", ticket_id, why, now=now, data={"seats": sorted(seat_ids)})
    values: dict[str, Any] = {name: None for name in ("owner", "first_owner") if getattr(before, name) in seat_ids}
    if "first_owner" in values:
        values["first_owner"] = actor.seat_id
    return record(tx, actor, before, "hidden_from", values=values, data={"seats": sorted(seat_ids)}, note=why, now=now)


def _silence(tx: Tx, actor: Actor, ticket: Ticket, *, now: int) -> None:
    for alarm in alarms.of_ticket(tx, ticket.id):
        if alarm.taken_at is None:
            alarms.take(tx, alarm.id, seat_id=actor.seat_id, now=now)
