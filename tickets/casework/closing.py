"""The end of a ticket, and its second beginning."""

from typing import Final

from store import Tx, alarms
from store.rows import Ticket
from tickets.actor import Actor
from tickets.casework.case import CLOSED, held, record, required
from tickets.casework.rating import after_close
from tickets.errors import Refused
from tickets.service import Service

TOLD: Final = frozenset({"answered", "referred", "accompanied", "mediated"})  # outcomes that say she was answered
OUTCOMES: Final = (
    "answered",
    "referred",
    "accompanied",
    "mediated",
    "withdrawn",
    "unreachable",
    "duplicate",
    "other",
)


def close(
    service: Service,
    tx: Tx,
    actor: Actor,
    ticket_id: int,
    *,
    outcome: str,
    topic: str,
    reason: str = "",
    version: int | None = None,
    now: int,
) -> Ticket:
    """With one outcome and the topic a person confirms; a danger needs a reason too."""
    before = held(tx, actor, ticket_id, version=version)
    if before.state == CLOSED:
        raise Refused(409, "已经办结")
    if outcome not in OUTCOMES or topic not in service.terms:
        raise Refused(422, "请选择办理结果和事项")
    if any(alarm.taken_at is None for alarm in alarms.of_ticket(tx, before.id)):
        raise Refused(409, "告警还没有人接，不能办结")
    if outcome in TOLD and before.first_reply_at is None:
        raise Refused(422, "还没有答复过她，不能选这个结果")
    why = reason.strip()
    if before.danger_level is not None:
        required(why, "有危险信号的工单，办结要写一句依据")
    # A leader may end it from anywhere; everybody else only what was answered to her.
    given = {"outcome", "topic", "unit"} | ({"reply"} if before.first_reply_at else set())
    if why or actor.role == "lead":
        given.add("reason")
    values = {"closed_at": now, "outcome": outcome, "confirmed_topic": topic, "topic": topic}
    after = record(
        tx,
        actor,
        before,
        "closed",
        to=CLOSED,
        given=given,
        values=values,
        data={"outcome": outcome, "topic": topic, "was": before.topic},
        note=why or None,
        now=now,
    )
    after_close(service, tx, after, now=now)
    return after


def follow_up(tx: Tx, actor: Actor, ticket_id: int, text: str, *, now: int) -> Ticket:
    """回访: how she is, written down."""
    words = required(text, "请写下回访时她说了什么")
    before = held(tx, actor, ticket_id)
    return record(tx, actor, before, "followed_up", to="followed_up", given={"outcome"}, note=words, now=now)


def reopen(service: Service, tx: Tx, actor: Actor, ticket_id: int, *, reason: str, now: int) -> Ticket:
    """重办: the same number, a new clock."""
    why = required(reason, "请写一句为什么重办")
    before = held(tx, actor, ticket_id)
    values = {"closed_at": None, "outcome": None, "confirmed_topic": None, **service.limits(tx, before, now=now)}
    return record(tx, actor, before, "reopened", to="reopened", given={"reason"}, values=values, note=why, now=now)
