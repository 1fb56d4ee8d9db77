"""Tickets on which somebody must call her, because a reply could not be delivered."""

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select

from store.callbacks import NEEDED
from store.models import outbox, ticket_event
from store.unit import Tx

# What settles it: she was told by voice, nobody will call any more, or the matter is over.
SETTLED = ("called", "callback_reached", "callback_ended", "closed")


def calls(tx: Tx, ticket_ids: Sequence[int]) -> frozenset[int]:
    """Those of these tickets where a call-back is still open."""
    if not ticket_ids:
        return frozenset()
    later = ticket_event.alias()
    settled = exists().where(
        later.c.ticket_id == ticket_event.c.ticket_id, later.c.id > ticket_event.c.id, later.c.kind.in_(SETTLED)
    )
    rows = tx.connection.execute(
        select(ticket_event.c.ticket_id)
        .where(ticket_event.c.ticket_id.in_(ticket_ids), ticket_event.c.kind == NEEDED, ~settled)
        .distinct()
    )
    return frozenset(int(row[0]) for row in rows)


def read_elsewhere(tx: Tx, reply_id: str) -> bool:
    """The same words reached her on another of her channels."""
    own = select(func.coalesce(outbox.c.copy_of, outbox.c.reply_id)).where(outbox.c.reply_id == reply_id)
    first = tx.connection.execute(own).scalar_one_or_none()
    found = select(outbox.c.id).where(
        or_(outbox.c.reply_id == first, outbox.c.copy_of == first),
        outbox.c.reply_id != reply_id,
        outbox.c.state.in_(("fetched", "sent")),
    )
    return tx.connection.execute(found.limit(1)).first() is not None
