"""Opens and joins tickets inside the transaction of the message that decides it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from store import Tx, casework, contacts, tickets
from store.rows import Conversation, Ticket
from tickets.matter import Matter, Terms
from tickets.notices import Notices
from tickets.org import Org
from tickets.planning import Planning
from tickets.ringing import Ringing, got
from tickets.words import code_words

HOLD_HOURS = 8  # how long a person has her before the bot answers again, unless the operator says otherwise
LEVELS = ("none", "watch", "urgent", "immediate")


@dataclass(frozen=True, slots=True)
class Opened:
    ticket: Ticket
    code: str


class Service(Planning, Ringing):
    def __init__(
        self,
        org: Org,
        terms: Mapping[str, Terms],
        danger_first: Mapping[str, str],
        *,
        nobody: Callable[[str | None], str],
        rng: random.Random | None = None,
        notices: Notices | None = None,
        hold_hours: int = HOLD_HOURS,
    ) -> None:
        """`nobody(kind)` gives the words that tell her that nobody has answered the alarm.

        Without `notices` staff and clock set off no words to her.
        """
        Planning.__init__(self, org, terms, danger_first)
        Ringing.__init__(self, org, nobody)
        self.rng = self._rng = rng or random.SystemRandom()
        self.notices = notices
        self.hold_hours = hold_hours

    def open(
        self,
        tx: Tx,
        matter: Matter,
        *,
        contact_id: int,
        conversation: Conversation | None,
        now: int,
        seat_id: int | None = None,
    ) -> Opened:
        """One ticket with its number, its route, its clock and her three words; rings when danger says so."""
        way = self._route(matter)
        due = self._due(tx, matter, way, now=now)
        demo = conversation.demo if conversation else False
        values = {
            "number": self._number(tx, now),
            "contact_id": contact_id,
            "conversation_id": conversation.id if conversation else None,
            "source": matter.source,
            "topic": matter.topic,
            "first_topic": matter.topic,
            "unit": way.unit,
            "dept": way.dept,
            "priority": way.priority,
            "state": "received",
            "danger_kind": matter.danger_kind,
            "danger_level": matter.danger_level,
            "helper": matter.helper,
            "created_at": now,
            "updated_at": now,
            "demo": demo,
            **due,
        }
        ticket_id = tickets.create(tx, values, facts=matter.facts, cc=way.cc)
        casework.keep_out(tx, contact_id, casework.kept_out(tx, contact_id))  # 回避 holds for every matter of hers
        ticket = got(tx, ticket_id)
        tickets.add_event(
            tx,
            ticket,
            "opened",
            now=now,
            actor="seat" if seat_id else "bot",
            seat_id=seat_id,
            to_state="received",
            data={"topic": matter.topic, "unit": way.unit, "cc": list(way.cc), "danger": matter.danger_kind},
        )
        if matter.alarm:
            self.ring(tx, ticket, level=matter.danger_level or "urgent", now=now)
        return Opened(ticket, self.code(tx, contact_id, now=now))

    def join(
        self,
        tx: Tx,
        ticket_id: int,
        *,
        facts: Mapping[str, Any],
        unit: str | None,
        danger_kind: str | None,
        danger_level: str | None,
        alarm: bool,
        topic: str | None = None,
        helper: bool = False,
        green: bool = False,
        corrects: bool = False,
        now: int,
    ) -> Ticket:
        """A further message on an open matter: adds facts, may raise danger or priority, never lowers them."""
        before = got(tx, ticket_id, lock=True)
        values: dict[str, Any] = {"helper": before.helper or helper}
        merged = None
        if facts:
            merged = {**tickets.facts(tx, before), **facts}
        if before.state == "waiting":  # she answered: the clock goes on
            values |= {"state": "in_progress", **self.resumed(tx, before, now=now)}
            tickets.add_event(tx, before, "state", now=now, actor="her", from_state="waiting", to_state="in_progress")
        rises = LEVELS.index(danger_level or "none") > LEVELS.index(before.danger_level or "none")
        matter = Matter(
            topic=topic or before.topic,
            # A known place stays with its people, unless she says that it was wrong and nobody has begun.
            unit=unit if unit and (before.unit == self.org.city or (corrects and not before.owner)) else before.unit,
            facts={},
            source=before.source,
            danger_kind=danger_kind if rises else before.danger_kind,
            danger_level=danger_level if rises else before.danger_level,
            green=green or before.priority == "green",
        )
        if corrects and unit and unit != before.unit:
            data = {"from": before.unit, "to": unit, "moved": matter.unit == unit}
            tickets.add_event(tx, before, "corrected", now=now, actor="her", data=data)
        if matter != self._matter(before):
            values |= self._rerouted(tx, before, matter, now=now if rises else before.created_at)
            if topic and topic != before.topic:
                values["topic"] = topic
                tickets.add_event(tx, before, "topic", now=now, actor="bot", data={"from": before.topic, "to": topic})
        if rises:
            values |= {"danger_kind": danger_kind, "danger_level": danger_level}
        tickets.change(tx, before, values, now=now, facts=merged)
        tickets.add_event(
            tx,
            before,
            "danger" if rises else "message",
            now=now,
            actor="her",
            data={"danger": danger_kind, "level": danger_level} if rises else {},
        )
        after = got(tx, ticket_id)
        if alarm and (rises or not self._ringing(tx, ticket_id)):
            self.ring(tx, after, level=after.danger_level or "urgent", now=now)
        return after

    def code(self, tx: Tx, contact_id: int, *, now: int) -> str:
        """Her three words, the same for all her matters; drawn once."""
        known = contacts.code_of(tx, contact_id)
        if known is not None:
            return known
        while True:
            words = code_words(self.org.words, self._rng)
            if contacts.is_free(tx, words):
                contacts.give_code(tx, contact_id, words, now=now)
                return words
