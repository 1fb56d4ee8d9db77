"""The outbox: every reply is a row written with the message it answers, and leaves through one door.

queued  due at next_at            leased   handed to a worker or to the request itself until next_at, then due again
waiting 待取: she must ask for it  fetched  已取            sent  handed to the channel            failed  未送达
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, case, exists, func, insert, or_, select, update

from store import contacts
from store.models import contact, conversation, outbox
from store.prepared import Prepared
from store.rows import OutboxRow
from store.unit import Tx

TOPIC = "outbox"
OPEN = ("queued", "leased")
LEASE = 60_000_000
INSERT = Prepared(insert(outbox))
HANDED = (
    update(outbox)
    .where(outbox.c.reply_id.in_(bindparam("replies", expanding=True)), outbox.c.state.not_in(("sent", "fetched")))
    .values(state=case((outbox.c.seat_id.is_(None), "sent"), else_="fetched"), done_at=bindparam("now"), error=None)
)
# What the platform would not take is there when she asks, like what waits for her.
UNFETCHED = or_(
    outbox.c.state == "waiting",
    and_(outbox.c.state == "failed", outbox.c.seat_id.is_not(None), outbox.c.error.in_(("window", "budget"))),
)
WAITING = (
    select(func.count())
    .select_from(outbox)
    .where(outbox.c.conversation_id == bindparam("conversation"), outbox.c.state == "waiting")
)
UNREAD = (
    select(func.count()).select_from(outbox).where(outbox.c.conversation_id == bindparam("conversation"), UNFETCHED)
)


def add(
    tx: Tx,
    *,
    conversation_id: int,
    contact_id: int,
    inbox: str,
    text: str,
    now: int,
    buttons: Sequence[str] = (),
    message_id: int | None = None,
    ticket_id: int | None = None,
    seat_id: int | None = None,
    article: str | None = None,
    leased_until: int | None = None,
    copy_of: str | None = None,
) -> str:
    """Write one reply and return its public id."""
    sealer = contacts.sealer(tx, contact_id)
    reply_id = secrets.token_hex(16)
    values = {
        "reply_id": reply_id,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "ticket_id": ticket_id,
        "seat_id": seat_id,
        "inbox": inbox,
        "body": sealer.seal(text),
        "buttons": sealer.seal_json(list(buttons)) if buttons else None,
        "article": article,
        "copy_of": copy_of,
        "state": "queued" if leased_until is None else "leased",
        "next_at": now if leased_until is None else leased_until,
        "created_at": now,
    }
    INSERT.run(tx, values)
    if leased_until is None:  # what is leased to the request itself is nobody else's for now
        tx.announce(TOPIC)
    return reply_id


def _rows(tx: Tx, query: Any) -> list[OutboxRow]:
    return [_row(tx, row) for row in tx.connection.execute(query)]


def _row(tx: Tx, row: Row[Any]) -> OutboxRow:
    sealer = tx.sealers.get(row.contact_id) or tx.vault.sealer(row.wrapped_key)
    tx.sealers[row.contact_id] = sealer
    return OutboxRow(
        id=row.id,
        reply_id=row.reply_id,
        conversation_id=row.conversation_id,
        token=sealer.open(row.token),
        inbox=row.inbox,
        address=sealer.open(row.address),
        text=sealer.open(row.body),
        buttons=() if row.buttons is None else tuple(sealer.open_json(row.buttons)),
        seat_id=row.seat_id,
        ticket_id=row.ticket_id,
        attempts=row.attempts,
        paused=row.paused,
        last_in_at=row.last_in_at,
        created_at=row.created_at,
    )


SELECT = (
    select(
        outbox,
        conversation.c.contact_id,
        conversation.c.token,
        conversation.c.address,
        conversation.c.paused,
        conversation.c.last_in_at,
        contact.c.wrapped_key,
    )
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
)


def claim(tx: Tx, inboxes: Sequence[str], *, now: int, limit: int = 32) -> list[OutboxRow]:
    """Lease due rows, oldest first, only the first open one of each conversation: order is kept inside each.

    Nothing but the answer to her own message leaves while she has paused.
    """
    earlier = outbox.alias()
    first = ~exists().where(
        earlier.c.conversation_id == outbox.c.conversation_id,
        earlier.c.id < outbox.c.id,
        earlier.c.state.in_(OPEN),
        or_(conversation.c.paused.is_(False), earlier.c.message_id.is_not(None)),  # what she stopped blocks nothing
        or_(earlier.c.attempts > 0, earlier.c.message_id.is_not(None), earlier.c.next_at <= now),  # nor what is put off
    )
    query = (
        SELECT.where(
            outbox.c.state.in_(OPEN),
            outbox.c.next_at <= now,
            outbox.c.inbox.in_(inboxes),
            or_(conversation.c.paused.is_(False), outbox.c.message_id.is_not(None)),
            contact.c.wrapped_key.is_not(None),
            # She asked to be forgotten: only the answer to that very message still leaves.
            or_(contact.c.hidden_at.is_(None), outbox.c.message_id.is_not(None)),
            first,
        )
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(of=outbox, skip_locked=True)
    )
    rows = _rows(tx, query)
    if rows:
        tx.connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(state="leased", next_at=now + LEASE, attempts=outbox.c.attempts + 1)
        )
    return rows


def next_due(tx: Tx, inboxes: Sequence[str]) -> int | None:
    """When the next row falls due, in microseconds; None when nothing is open."""
    at: int | None = tx.connection.execute(
        select(func.min(outbox.c.next_at)).where(outbox.c.state.in_(OPEN), outbox.c.inbox.in_(inboxes))
    ).scalar_one()
    return at


def settle(tx: Tx, row_id: int, state: str, *, now: int, error: str | None = None) -> None:
    """sent, fetched, waiting or failed."""
    tx.connection.execute(update(outbox).where(outbox.c.id == row_id).values(state=state, done_at=now, error=error))
    tx.announce("delivery")


def retry(tx: Tx, row_id: int, *, at: int, error: str) -> None:
    # What she stopped meanwhile stays stopped.
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state.in_(OPEN))
        .values(state="queued", next_at=at, error=error)
    )


def handed(tx: Tx, reply_ids: Sequence[str], *, now: int) -> None:
    """Her client has them: the bot's are sent, staff's are fetched."""
    tx.connection.execute(HANDED, {"replies": list(reply_ids), "now": now})
    tx.announce("delivery")


def hold_back(tx: Tx, conversation_id: int, *, answers: bool = True) -> int:
    """She paused: what has not left yet waits until she asks; returns how many replies of staff that were.

    Neutral lines and reminders stay where they are: they leave when she has written. `answers`: those of the bot too.
    """
    open_rows = and_(outbox.c.conversation_id == conversation_id, outbox.c.state.in_(OPEN))
    if answers:
        tx.connection.execute(update(outbox).where(open_rows, outbox.c.message_id.is_not(None)).values(state="waiting"))
    done = tx.connection.execute(
        update(outbox)
        .where(open_rows, outbox.c.message_id.is_(None), outbox.c.seat_id.is_not(None))
        .values(state="waiting")
    )
    return done.rowcount


def still_due(tx: Tx, row_id: int) -> bool:
    """A leased row may still leave: she has not paused since it was taken."""
    row = tx.connection.execute(
        select(outbox.c.state, outbox.c.message_id, conversation.c.paused)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(outbox.c.id == row_id)
    ).first()
    return row is not None and row.state in OPEN and (row.message_id is not None or not row.paused)


def release(tx: Tx, conversation_id: int, message_id: int, *, now: int, leased_until: int | None) -> int:
    """She asked: waiting replies become the answer to this message; returns how many."""
    done = tx.connection.execute(
        update(outbox)
        .where(outbox.c.conversation_id == conversation_id, UNFETCHED)
        .values(
            attempts=0,
            state="queued" if leased_until is None else "leased",
            next_at=now if leased_until is None else leased_until,
            message_id=message_id,
        )
    )
    tx.announce(TOPIC)
    return done.rowcount


def waiting(tx: Tx, conversation_id: int) -> int:
    return int(tx.connection.execute(WAITING, {"conversation": conversation_id}).scalar_one())


def unread(tx: Tx, conversation_id: int) -> int:
    """What `release` would give her."""
    return int(tx.connection.execute(UNREAD, {"conversation": conversation_id}).scalar_one())


ANSWERS = SELECT.where(outbox.c.message_id == bindparam("message")).order_by(outbox.c.id)


def answers(tx: Tx, message_id: int) -> list[OutboxRow]:
    """The replies written with one message, in order."""
    return [_row(tx, row) for row in tx.connection.execute(ANSWERS, {"message": message_id})]


NAMED = Prepared(select(outbox.c.id, outbox.c.conversation_id).where(outbox.c.reply_id == bindparam("reply")))
OF_TOKEN = Prepared(select(conversation.c.id).where(conversation.c.token_mac == bindparam("mac")))
# A reply of staff that only a page could show, to somebody who has gone.
STRANDED = and_(outbox.c.seat_id.is_not(None), outbox.c.message_id.is_(None), outbox.c.state.in_(OPEN))
AFTER = (
    SELECT.where(
        outbox.c.conversation_id == bindparam("conversation"),
        or_(outbox.c.id > bindparam("later"), outbox.c.state.in_(OPEN)),  # what was overtaken is not forgotten
        outbox.c.state != "waiting",
        or_(outbox.c.message_id.is_not(None), conversation.c.paused.is_(False)),
        or_(~STRANDED, func.coalesce(conversation.c.last_in_at, 0) > bindparam("since")),
        contact.c.wrapped_key.is_not(None),
        contact.c.hidden_at.is_(None),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most", type_=Integer))
)


def after(
    tx: Tx, *, token: str | None, reply_id: str | None, since: int | None = None, limit: int = 200
) -> list[OutboxRow] | None:
    """Replies of a conversation after one of them; None when nothing is known by these names.

    A reply id is random and known to its reader only, so it names the conversation too. Waiting ones stay hidden, and
    so does what must not leave now: she has paused, or a reply of staff came although she has not written `since` then.
    """
    known = None if reply_id is None else NAMED.run(tx, {"reply": reply_id}).fetchone()
    later, conversation_id = (0, None) if known is None else (int(known[0]), int(known[1]))
    if token is not None:
        found = OF_TOKEN.run(tx, {"mac": tx.vault.mac("token", token)}).fetchone()
        if found is None:
            return None
        if conversation_id != found[0]:
            later = 0  # her token names another conversation since she gave her three words
        conversation_id = int(found[0])
    if conversation_id is None:
        return None
    asked = {"conversation": conversation_id, "later": later, "since": -1 if since is None else since, "most": limit}
    return [_row(tx, row) for row in tx.connection.execute(AFTER, asked)]


def backlog(tx: Tx) -> int:
    return int(
        tx.connection.execute(select(func.count()).select_from(outbox).where(outbox.c.state.in_(OPEN))).scalar_one()
    )
