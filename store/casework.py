"""What staff need beyond one ticket: what is new to them, who is kept out, whose message it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from store import alarms
from store.models import (
    access,
    alarm,
    contact,
    conversation,
    message,
    outbox,
    seat,
    ticket,
    ticket_event,
    ticket_hidden_from,
)
from store.rows import Alarm, Ticket
from store.tickets import TOPIC, get, visible_to
from store.unit import Tx

READ = "ticket.read"  # the access line of an opened ticket


@dataclass(frozen=True, slots=True)
class Message:
    """One inbound message without its words."""

    id: int
    conversation_id: int
    contact_id: int
    intent: str | None
    danger_level: str | None
    danger_kind: str | None
    model: str | None


def message_of(tx: Tx, message_id: int) -> Message | None:
    columns = (
        message.c.id,
        message.c.conversation_id,
        conversation.c.contact_id,
        message.c.intent,
        message.c.danger_level,
        message.c.danger_kind,
        message.c.model,
    )
    row = tx.connection.execute(
        select(*columns)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(message.c.id == message_id)
    ).first()
    return None if row is None else Message(*row)


def kept_out(tx: Tx, contact_id: int) -> frozenset[int]:
    """Seats that may see nothing of this person (回避)."""
    rows = tx.connection.execute(
        select(ticket_hidden_from.c.seat_id)
        .join(ticket, ticket.c.id == ticket_hidden_from.c.ticket_id)
        .where(ticket.c.contact_id == contact_id)
        .distinct()
    )
    return frozenset(int(row[0]) for row in rows)


def keep_out(tx: Tx, contact_id: int, seat_ids: Collection[int]) -> None:
    """Hide every matter of this person from these seats."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    rows = tx.connection.execute(select(ticket.c.id).where(ticket.c.contact_id == contact_id)).all()
    for row in rows:
        for seat_id in seat_ids:
            tx.connection.execute(
                dialect.insert(ticket_hidden_from).values(ticket_id=row.id, seat_id=seat_id).on_conflict_do_nothing()
            )
    tx.announce(TOPIC)


def unread(tx: Tx, seat_id: int, ticket_ids: Sequence[int]) -> frozenset[int]:
    """Those of these tickets where something happened, not by this seat, after it last looked."""
    if not ticket_ids:
        return frozenset()
    looked = (
        select(access.c.ticket_id, func.max(access.c.at).label("at"))
        .where(access.c.seat_id == seat_id, access.c.action == READ, access.c.ticket_id.in_(ticket_ids))
        .group_by(access.c.ticket_id)
        .subquery()
    )
    since = func.coalesce(looked.c.at, 0)
    changed = exists().where(
        ticket_event.c.ticket_id == ticket.c.id,
        ticket_event.c.at > since,
        func.coalesce(ticket_event.c.seat_id, 0) != seat_id,
    )
    wrote = exists().where(conversation.c.contact_id == ticket.c.contact_id, conversation.c.last_in_at > since)
    rows = tx.connection.execute(
        select(ticket.c.id)
        .outerjoin(looked, looked.c.ticket_id == ticket.c.id)
        .where(ticket.c.id.in_(ticket_ids), or_(changed, wrote))
    )
    return frozenset(int(row[0]) for row in rows)


def newest(tx: Tx, before: Ticket) -> tuple[int, int, int, int]:
    """What an open page compares to know whether it shows the latest: version, events, her messages, our replies."""
    hers = select(conversation.c.id).where(conversation.c.contact_id == before.contact_id)
    events = select(func.coalesce(func.max(ticket_event.c.id), 0)).where(ticket_event.c.ticket_id == before.id)
    words = select(func.coalesce(func.max(message.c.id), 0)).where(message.c.conversation_id.in_(hers))
    replies = select(func.coalesce(func.max(outbox.c.id), 0)).where(outbox.c.conversation_id.in_(hers))
    row = tx.connection.execute(
        select(events.scalar_subquery(), words.scalar_subquery(), replies.scalar_subquery())
    ).one()
    return (before.version, int(row[0]), int(row[1]), int(row[2]))


def by_number_end(tx: Tx, text: str, *, seat_id: int, units: Sequence[str] | None, limit: int = 8) -> list[Ticket]:
    """Tickets this person may see whose number ends so, newest first."""
    digits = "".join(character for character in text if character.isalnum() or character == "-").upper()
    if not digits:
        return []
    condition = and_(ticket.c.number.endswith(digits, autoescape=True), visible_to(seat_id=seat_id, units=units))
    rows = tx.connection.execute(select(ticket.c.id).where(condition).order_by(ticket.c.id.desc()).limit(limit))
    found = [get(tx, int(row[0])) for row in rows]
    return [one for one in found if one is not None]


def hidden(tx: Tx, contact_id: int) -> bool:
    """She asked to be forgotten."""
    at = tx.connection.execute(select(contact.c.hidden_at).where(contact.c.id == contact_id)).scalar_one()
    return at is not None


def bells(tx: Tx, *, seat_id: int, units: Sequence[str] | None, since: int) -> list[Alarm]:
    """Alarms this seat should know of: ringing ones, and those somebody took after `since`."""
    rows = tx.connection.execute(
        select(alarm.c.id, ticket.c.contact_id)
        .outerjoin(ticket, ticket.c.id == alarm.c.ticket_id)
        .where(or_(alarm.c.taken_at.is_(None), alarm.c.taken_at > since))
        .order_by(alarm.c.id)
    ).all()
    found: list[Alarm] = []
    for row in rows:
        one = alarms.get(tx, row.id)
        if one is None or (row.contact_id is not None and seat_id in kept_out(tx, row.contact_id)):
            continue
        if units is None or seat_id in one.rung or set(units) & set(one.units):
            found.append(one)
    return found


def names(tx: Tx) -> dict[int, str]:
    """Names of all seats, former ones too."""
    return {int(row.id): str(row.name) for row in tx.connection.execute(select(seat.c.id, seat.c.name))}
