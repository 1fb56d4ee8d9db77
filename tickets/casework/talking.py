"""Words between staff and her, and among staff: taking a ticket, replying, asking, noting, drafts."""

from typing import Any

from store import Tx, alarms, casework, contacts, messages, outbox, tickets
from store.rows import Conversation, Ticket
from tickets.actor import Actor
from tickets.casework.case import CLOSED, OFFERED, held, record, required, seen
from tickets.casework.reaching import reached
from tickets.errors import Refused
from tickets.service import Service

WAITING = "waiting"
LONGEST = 2000  # characters of one reply: more does not fit on a phone, and channels cut it


def accept(tx: Tx, actor: Actor, ticket_id: int, *, version: int | None = None, now: int) -> Ticket:
    """Take it: it is mine now, and with it its ringing alarm."""
    before = held(tx, actor, ticket_id, version=version)
    if before.state == CLOSED:
        raise Refused(409, "已经办结，要继续办请先重办")
    if before.owner == actor.seat_id and before.state not in OFFERED:
        raise Refused(409, "这张工单已经在您手上")
    for alarm in alarms.of_ticket(tx, before.id):
        if alarm.taken_at is None and alarms.take(tx, alarm.id, seat_id=actor.seat_id, now=now):
            tickets.add_event(tx, before, "alarm_taken", now=now, actor="seat", seat_id=actor.seat_id)
    return record(
        tx,
        actor,
        before,
        "taken",
        now=now,
        to="accepted" if before.state in OFFERED else None,
        given={"unit"},
        values={"owner": actor.seat_id},
        data={"from": before.owner} if before.owner else {},
    )


def reply(
    service: Service,
    tx: Tx,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    final: bool = False,
    article: str | None = None,
    now: int,
) -> str:
    """Send words to her through the outbox and return the reply's id; the first ones stop the first clock.

    `final`: this is the result of the work (反馈), no further step is promised.
    """
    words = _words(text, "还没有写回复")
    before = _mine(tx, actor, ticket_id, now=now)
    reply_id = _send(tx, actor, before, words, article=article, now=now)
    _spoken(service, tx, actor, before, "replied", final=final, data={"reply": reply_id, "article": article}, now=now)
    tickets.drop_draft(tx, before.id, seat_id=actor.seat_id)
    return reply_id


def called(service: Service, tx: Tx, actor: Actor, ticket_id: int, text: str, *, final: bool = False, now: int) -> None:
    """For a call or a visit: what she was told by voice is written down, and stops the clock as a reply does."""
    words = _words(text, "请写下在电话里或当面说了什么")
    before = _mine(tx, actor, ticket_id, now=now)
    _spoken(service, tx, actor, before, "called", final=final, note=words, now=now)
    tickets.drop_draft(tx, before.id, seat_id=actor.seat_id)


def ask_her(tx: Tx, actor: Actor, ticket_id: int, text: str, *, now: int) -> str | None:
    """Ask for what is missing; the clock stands until she answers. Without a chat the question is noted only."""
    words = _words(text, "请写下要她补充什么")
    before = _mine(tx, actor, ticket_id, now=now)
    reply_id = None
    if conversation_of(tx, before) is not None:
        reply_id = _send(tx, actor, before, words, article=None, now=now)
    record(
        tx,
        actor,
        before,
        "asked_her",
        to=WAITING,
        given={"reply"},
        values={**_first(before, now), "paused_at": now},
        data={"reply": reply_id} if reply_id else {},
        note=None if reply_id else words,
        now=now,
    )
    tickets.drop_draft(tx, before.id, seat_id=actor.seat_id)
    return reply_id


def resume(service: Service, tx: Tx, actor: Actor, ticket_id: int, *, now: int) -> Ticket:
    """Go on without waiting any longer."""
    before = held(tx, actor, ticket_id)
    if before.state != WAITING:
        raise Refused(409, "现在没有在等她补充")
    return record(tx, actor, before, "resumed", to="in_progress", values=service.resumed(tx, before, now=now), now=now)


def note(tx: Tx, actor: Actor, ticket_id: int, text: str, *, now: int) -> None:
    """For staff only; those who were copied in may write one too."""
    words = _words(text, "备注还是空的")
    before = seen(tx, actor, ticket_id)
    tickets.add_event(tx, before, "note", now=now, actor="seat", seat_id=actor.seat_id, note=words)
    tx.announce(tickets.TOPIC)


def save_draft(tx: Tx, actor: Actor, ticket_id: int, text: str, *, now: int) -> None:
    before = seen(tx, actor, ticket_id)
    if text.strip():
        tickets.save_draft(tx, before, seat_id=actor.seat_id, body=text[: LONGEST * 2], now=now)
    else:
        tickets.drop_draft(tx, before.id, seat_id=actor.seat_id)


def read_draft(tx: Tx, actor: Actor, ticket_id: int) -> str:
    return tickets.read_draft(tx, seen(tx, actor, ticket_id), seat_id=actor.seat_id)


def misread(
    tx: Tx, actor: Actor, ticket_id: int, message_id: int, *, intent: str | None, danger: str | None, now: int
) -> None:
    """机器人理解错了: kept for the trainer; changes neither the ticket nor its danger."""
    before = seen(tx, actor, ticket_id)
    found = casework.message_of(tx, message_id)
    if found is None or found.contact_id != before.contact_id:
        raise Refused(404, "没有这条消息")
    was = {"intent": found.intent, "danger": found.danger_kind, "model": found.model}
    should = {"intent": intent, "danger": danger}
    messages.correct(tx, message_id, seat_id=actor.seat_id, was=was, should=should, now=now)
    tickets.add_event(
        tx,
        before,
        "misread",
        now=now,
        actor="seat",
        seat_id=actor.seat_id,
        data={"message": message_id, "was": found.intent, "should": intent, "danger": danger},
    )
    tx.announce(tickets.TOPIC)


def conversation_of(tx: Tx, ticket: Ticket) -> Conversation | None:
    """Where she reads first. None for a caller, or when she asked to be forgotten."""
    return next(iter(reached(tx, ticket)), None)


def _mine(tx: Tx, actor: Actor, ticket_id: int, *, now: int) -> Ticket:
    """Who answers an untaken ticket has taken it."""
    before = held(tx, actor, ticket_id)
    if before.state == CLOSED:
        raise Refused(409, "已经办结，要继续办请先重办")
    return accept(tx, actor, ticket_id, now=now) if before.state in OFFERED else before


def _words(text: str, missing: str) -> str:
    words = required(text, missing)
    if len(words) > LONGEST:
        raise Refused(422, f"太长了（{len(words)} 字），请控制在 {LONGEST} 字以内，或分成两条")
    return words


def _send(tx: Tx, actor: Actor, before: Ticket, text: str, *, article: str | None, now: int) -> str:
    hers = reached(tx, before)
    if not hers:
        gone = casework.hidden(tx, before.contact_id)
        raise Refused(409, "她已要求删除记录，不能再发消息" if gone else "她没有在线对话，请用“电话/当面已答复”记录")
    first: str | None = None
    for conversation in hers:
        reply_id = outbox.add(
            tx,
            conversation_id=conversation.id,
            contact_id=before.contact_id,
            inbox=conversation.inbox,
            text=text,
            article=article,
            seat_id=actor.seat_id,
            ticket_id=before.id,
            now=now,
            copy_of=first,
        )
        if conversation.paused:  # it lies ready for her, and staff see so
            outbox.hold_back(tx, conversation.id)
        first = first or reply_id
    assert first is not None
    return first


def _spoken(
    service: Service,
    tx: Tx,
    actor: Actor,
    before: Ticket,
    kind: str,
    *,
    final: bool,
    now: int,
    data: dict[str, str | None] | None = None,
    note: str | None = None,
) -> None:
    to = "answered" if final else "in_progress" if before.state == "accepted" else None
    values: dict[str, Any] = _first(before, now)
    if final and before.state == WAITING:
        values |= service.resumed(tx, before, now=now)
    record(tx, actor, before, kind, to=to, given={"reply"}, values=values, data=data, note=note, now=now)


def _first(before: Ticket, now: int) -> dict[str, int]:
    return {} if before.first_reply_at is not None else {"first_reply_at": now}


def code_of(tx: Tx, actor: Actor, ticket_id: int) -> str | None:
    """Her three words, for reading out to a caller who has just been given them."""
    return contacts.code_of(tx, seen(tx, actor, ticket_id).contact_id)
