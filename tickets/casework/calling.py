"""Tickets that staff open: for a call, a visit, or out of a conversation that needed a look."""

from collections.abc import Mapping
from typing import Any

from store import Tx, access_log, contacts, conversations, tickets
from tickets.actor import Actor
from tickets.casework.case import ALARMING, record
from tickets.casework.guarding import watched
from tickets.errors import Refused
from tickets.matter import Matter
from tickets.service import Opened, Service

SOURCES = ("phone", "visit")
ASKED = ("what", "where", "name", "contact", "safe")  # facts of the form; everything but `what` may stay empty


def open_by_staff(
    service: Service,
    tx: Tx,
    actor: Actor,
    *,
    source: str,
    topic: str,
    unit: str | None,
    facts: Mapping[str, str],
    danger_kind: str | None = None,
    danger_level: str | None = None,
    contact_id: int | None = None,
    now: int,
) -> Opened:
    """A call (12338) or a visit; whoever took it in has the ticket, unless it belongs to a unit whose tickets they do
    not see. Her three words come back, to be read out. `contact_id`: of a call that was written down before.
    """
    kept = {key: text.strip() for key in ASKED if (text := facts.get(key, "")).strip()}
    if "what" not in kept:
        raise Refused(422, "请写下她说的事")
    if source not in SOURCES or topic not in service.terms:
        raise Refused(422, "请选择来源和事项")
    matter = _matter(service, source, topic, unit or actor.unit, kept, danger_kind, danger_level)
    hers = contact_id or contacts.create(tx, now=now)
    opened = service.open(tx, matter, contact_id=hers, conversation=None, seat_id=actor.seat_id, now=now)
    if tickets.seen_by(tx, opened.ticket.id, seat_id=actor.seat_id, units=actor.units) is None:
        return opened
    values = {"owner": actor.seat_id}
    return Opened(record(tx, actor, opened.ticket, "taken", to="accepted", values=values, now=now), opened.code)


def open_from_watch(
    service: Service,
    tx: Tx,
    actor: Actor,
    conversation_id: int,
    *,
    topic: str,
    unit: str | None,
    danger_kind: str | None,
    danger_level: str | None,
    now: int,
) -> Opened:
    """The doubtful sign was one: a ticket on her conversation, and the flag goes down."""
    conversation = watched(tx, actor, conversation_id, city=service.org.city)
    if topic not in service.terms:
        raise Refused(422, "请选择事项")
    named = (conversation.state or {}).get("unit")
    source = conversation.inbox.partition(":")[0]
    matter = _matter(service, source, topic, unit or named or actor.unit, {}, danger_kind, danger_level)
    opened = service.open(
        tx, matter, contact_id=conversation.contact_id, conversation=conversation, seat_id=actor.seat_id, now=now
    )
    data = {"conversation": conversation_id, "kind": conversation.watch_kind}
    access_log.look(tx, actor, "watch.opened", opened.ticket.id, now=now, data=data)
    conversations.looked(tx, conversation_id)
    after = record(tx, actor, opened.ticket, "taken", to="accepted", values={"owner": actor.seat_id}, now=now)
    tx.announce(tickets.TOPIC)
    return Opened(after, opened.code)


def _matter(
    service: Service,
    source: str,
    topic: str,
    unit: str,
    facts: Mapping[str, Any],
    danger_kind: str | None,
    danger_level: str | None,
) -> Matter:
    if unit not in service.org.units:
        raise Refused(422, "没有这个单位")
    if danger_level and not service.knows_danger(danger_kind):
        raise Refused(422, "请选择危险类别")
    return Matter(
        topic=topic,
        unit=unit,
        facts=facts,
        source=source,
        danger_kind=danger_kind if danger_level else None,
        danger_level=danger_level,
        alarm=danger_level in ALARMING,
    )
