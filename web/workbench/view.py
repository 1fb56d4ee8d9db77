"""Reads one ticket with everything its page shows, in one snapshot."""

from dataclasses import dataclass
from typing import Any

from store import Tx, alarms, casework, conversations, files, messages, releases, tickets
from store.budgets import Budget
from store.files import Kept
from store.rows import Alarm, Conversation, Line, Ticket, TicketEvent
from tickets import casework as work
from tickets.actor import Actor
from tickets.casework.reaching import reached
from web.desk import Desk
from web.workbench.budget import budget_of
from web.workbench.due import Due, due_of


@dataclass(frozen=True, slots=True)
class CaseView:
    ticket: Ticket
    mark: tuple[int, ...]  # what changes when anything of it changes
    facts: dict[str, Any]
    lines: tuple[Line, ...]
    events: tuple[TicketEvent, ...]
    alarms: tuple[Alarm, ...]
    names: dict[int, str]
    conversation: Conversation | None
    gone: bool  # she asked to be forgotten
    held_by: int | None
    kept_out: frozenset[int]
    others: tuple[Ticket, ...]  # her other matters this person may see
    due: Due
    now: int
    files: tuple[Kept, ...] = ()  # what she sent besides words
    budget: Budget | None = None  # what the platform of a channel she reads on still takes; None: nothing is counted

    @property
    def last_words(self) -> str:
        """What articles are looked for with: the last things she said."""
        return "\n".join(line.text for line in self.lines if line.who == "her" and line.text)[-400:]


def mark_of(tx: Tx, actor: Actor, ticket_id: int) -> tuple[int, ...]:
    return casework.newest(tx, work.seen(tx, actor, ticket_id))


def read_case(tx: Tx, desk: Desk, actor: Actor, ticket_id: int, *, now: int) -> CaseView:
    ticket = work.seen(tx, actor, ticket_id)
    conversation = work.conversation_of(tx, ticket)
    hers = conversations.of_contact(tx, ticket.contact_id)
    holding = [one.held_by for one in hers if one.held_by is not None and (one.held_until or 0) > now]
    others = [
        one
        for one in tickets.of_contact(tx, ticket.contact_id)
        if one.id != ticket.id and tickets.seen_by(tx, one.id, seat_id=actor.seat_id, units=actor.units) is not None
    ]
    return CaseView(
        ticket=ticket,
        mark=casework.newest(tx, ticket),
        facts=tickets.facts(tx, ticket),
        lines=tuple(messages.transcript(tx, ticket.contact_id)),
        events=tuple(tickets.events(tx, ticket)),
        alarms=tuple(alarms.of_ticket(tx, ticket.id)),
        names=casework.names(tx),
        conversation=conversation,
        gone=casework.hidden(tx, ticket.contact_id),
        held_by=holding[0] if holding else None,
        kept_out=casework.kept_out(tx, ticket.contact_id),
        others=tuple(others),
        due=due_of(ticket, now=now, hours=desk.org.hours, corrections=releases.calendar_corrections(tx)),
        now=now,
        files=tuple(files.of_contact(tx, ticket.contact_id)),
        budget=next((one for one in (budget_of(tx, desk, each) for each in reached(tx, ticket)) if one), None),
    )
