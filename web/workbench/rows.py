"""Reads the queue as the rows of the list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from store import Tx, callbacks, casework, releases, tickets, undelivered
from store.rows import Ticket
from tickets.actor import Actor
from web import words
from web.desk import Desk
from web.parts.case_list import Row
from web.times import short, whole
from web.workbench.due import due_of

MINE: Final = "mine"
UNIT: Final = "unit"
DONE: Final = "done"
TABS: Final = {MINE: "我的", UNIT: "本单位", DONE: "已办结"}


def read_rows(tx: Tx, desk: Desk, actor: Actor, tab: str, *, now: int) -> list[Row]:
    """我的 also holds what nobody of my unit has taken yet: the next thing to do is on top, whoever's it is."""
    found = tickets.queue(tx, seat_id=actor.seat_id, units=actor.units, now=now, closed=tab == DONE)
    if tab == MINE:
        found = [one for one in found if _mine(one, actor)]
    return rows_of(tx, desk, actor, found, now=now)


def rows_of(tx: Tx, desk: Desk, actor: Actor, found: Sequence[Ticket], *, now: int) -> list[Row]:
    unread = casework.unread(tx, actor.seat_id, [one.id for one in found])
    names, corrections = casework.names(tx), releases.calendar_corrections(tx)
    calls = undelivered.calls(tx, [one.id for one in found if one.closed_at is None])
    rows = [_row(desk, actor, one, one.id in unread, names, corrections, now) for one in found]
    due = callbacks.due_of_tickets(tx, [one.id for one in found if one.closed_at is None])
    owed = {**dict.fromkeys(calls, words.CALL), **{one: f"{words.CALL} {short(at, now)}" for one, at in due.items()}}
    return [replace(row, call=owed[row.id]) if row.id in owed else row for row in rows]


def _mine(ticket: Ticket, actor: Actor) -> bool:
    if actor.seat_id in {ticket.owner, ticket.first_owner}:
        return True
    return ticket.owner is None and (actor.units is None or ticket.unit in actor.units)


def _row(
    desk: Desk,
    actor: Actor,
    ticket: Ticket,
    unread: bool,
    names: dict[int, str],
    corrections: dict[str, bool],
    now: int,
) -> Row:
    due = due_of(ticket, now=now, hours=desk.org.hours, corrections=corrections)
    closed = ticket.closed_at is not None
    owner = "我" if ticket.owner == actor.seat_id else names.get(ticket.owner or 0, "未签收")
    outcome = words.OUTCOMES.get(ticket.outcome or "", "")
    return Row(
        id=ticket.id,
        href=f"/desk/ticket/{ticket.id}",
        number=ticket.number,
        title=topic_name(desk, ticket.topic),
        unit=unit_name(desk, ticket.unit),
        state=outcome if closed else words.STATES.get(ticket.state, ticket.state),
        who=owner,
        due=short(ticket.closed_at, now) if ticket.closed_at else due.words,
        dueWhole=whole(ticket.closed_at) if ticket.closed_at else due.whole,
        near=due.near,
        danger=danger_name(desk, ticket) if not closed else "",
        green=words.PRIORITIES["green"] if ticket.priority == "green" and not closed else "",
        unread=unread,
        demo=ticket.demo,
    )


def topic_name(desk: Desk, topic: str) -> str:
    intent = desk.taxonomy.intents.get(topic)
    return words.brief(intent.zh) if intent else topic


def unit_name(desk: Desk, unit: str) -> str:
    return desk.org.unit_name(unit) if unit in desk.org.units else unit


def danger_name(desk: Desk, ticket: Ticket) -> str:
    if ticket.danger_kind is None:
        return ""
    kind = desk.taxonomy.danger.get(ticket.danger_kind)
    level = words.LEVELS.get(ticket.danger_level or "", "")
    return f"{level} · {words.brief(kind.zh) if kind else ticket.danger_kind}"
