"""Reads the calls in a seat's hands with everything their page shows, in one snapshot."""

from dataclasses import dataclass, field

from store import Tx, calls, contacts, tickets
from store.calls import Call
from store.rows import Ticket
from tickets import phone
from tickets.actor import Actor
from tickets.casework.case import ALARMING
from web import words
from web.phone.call_box import Tab
from web.times import short


@dataclass(frozen=True, slots=True)
class Lines:
    calls: tuple[Call, ...] = ()
    same: dict[int, int] = field(default_factory=dict)  # call -> other calls from its number
    tickets: dict[int, Ticket] = field(default_factory=dict)  # by call
    codes: dict[int, str] = field(default_factory=dict)  # her three words, by call

    def get(self, call_id: int) -> Call | None:
        return next((one for one in self.calls if one.id == call_id), None)

    def tabs(self, now: int) -> list[Tab]:
        return [self._tab(index, one, now) for index, one in enumerate(self.calls, 1)]

    def _tab(self, index: int, one: Call, now: int) -> Tab:
        ticket = self.tickets.get(one.id)
        level = words.LEVELS.get(one.danger_level or "", "") if one.danger_kind else ""
        return Tab(
            id=one.id,
            name=f"第{index}通 {short(one.started_at, now)}",
            masked=one.masked or "",
            level=level if one.danger_sure else f"可能{level}",
            rings=one.danger_sure and one.danger_level in ALARMING,
            silent=one.silent,
            ticket=ticket.number if ticket else "",
            same=self.same.get(one.id, 0),
            text=one.body,
        )


def read_lines(tx: Tx, actor: Actor) -> Lines:
    mine = calls.drafts(tx, actor.seat_id)
    led = [(one, ticket) for one in mine if one.ticket_id and (ticket := tickets.get(tx, one.ticket_id))]
    return Lines(
        calls=tuple(mine),
        same={one.id: phone.count(tx, actor, one) for one in mine},
        tickets={one.id: ticket for one, ticket in led},
        codes={one.id: code for one, _ in led if (code := contacts.code_of(tx, one.contact_id))},
    )
