"""Opens and joins tickets inside the transaction of the message that decides it; raises and moves their alarms."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from store import Tx, alarms, casework, contacts, conversations, duty, outbox, releases, tickets
from store.rows import Alarm, Conversation, Ticket
from tickets import clock
from tickets.alarms import Step, next_step
from tickets.org import Org
from tickets.routing import Route, route, ticket_number
from tickets.words import code_words

LEVELS = ("none", "watch", "urgent", "immediate")
ALARMING = frozenset({"urgent", "immediate"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What the taxonomy says of a topic, as plain values."""

    group: str
    dept: str | None
    first: str  # 2h, 1d
    close: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a new ticket is about."""

    topic: str
    unit: str | None
    facts: Mapping[str, Any]
    source: str  # web, telegram, terminal, phone, visit
    danger_kind: str | None = None
    danger_level: str | None = None
    helper: bool = False
    green: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    ticket: Ticket
    code: str


class Service:
    def __init__(
        self,
        org: Org,
        terms: Mapping[str, Terms],
        danger_first: Mapping[str, str],
        *,
        nobody: Callable[[str | None], str],
        rng: random.Random | None = None,
    ) -> None:
        """`nobody(kind)` gives the words that tell her that nobody has answered the alarm."""
        self.org = org
        self.terms = terms
        self._danger_first = danger_first
        self._nobody = nobody
        self._rng = rng or random.SystemRandom()

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
        ticket = self._get(tx, ticket_id)
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
        now: int,
    ) -> Ticket:
        """A further message on an open matter: adds facts, may raise danger or priority, never lowers them."""
        before = self._get(tx, ticket_id, lock=True)
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
            unit=unit if unit and before.unit == self.org.city else before.unit,  # a known place stays with its people
            facts={},
            source=before.source,
            danger_kind=danger_kind if rises else before.danger_kind,
            danger_level=danger_level if rises else before.danger_level,
            green=green or before.priority == "green",
        )
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
        after = self._get(tx, ticket_id)
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

    def ring(self, tx: Tx, ticket: Ticket, *, level: str, now: int) -> None:
        if ticket.demo:  # a sample never rings
            return
        units = list(dict.fromkeys((ticket.unit, *ticket.cc, self.org.city)))
        alarms.raise_one(
            tx, ticket_id=ticket.id, number=ticket.number, level=level, units=units, now=now, demo=ticket.demo
        )
        tickets.add_event(tx, ticket, "alarm", now=now, actor="bot", data={"level": level, "units": units})

    def test_alarm(self, tx: Tx, *, units: list[str], now: int) -> int:
        return alarms.raise_one(tx, ticket_id=None, number="演练", level="test", units=units, now=now)

    def advance_alarms(self, tx: Tx, *, now: int) -> None:
        """Ring the next people where nobody has taken an alarm in time; at the end tell her so."""
        for alarm in alarms.ringing(tx):
            step = next_step(
                duty=[duty.of_units(tx, [unit]) for unit in alarm.units],
                leaders=duty.leaders(tx, alarm.units, city=self.org.city),
                step=alarm.step,
                step_at=alarm.step_at,
                now=now,
                hidden=() if alarm.ticket_id is None else tickets.kept_out(tx, alarm.ticket_id),
            )
            if step is not None and alarms.step(tx, alarm, step=step.number, rung=step.seats, now=now):
                self._step_taken(tx, alarm, step, now=now)

    def take_alarm(self, tx: Tx, alarm_id: int, *, seat_id: int, now: int) -> bool:
        """One winner; the ticket shows who."""
        alarm = alarms.get(tx, alarm_id, lock=True)
        if alarm is None or not alarms.take(tx, alarm_id, seat_id=seat_id, now=now):
            return False
        if alarm.ticket_id is not None:
            ticket = self._get(tx, alarm.ticket_id, lock=True)
            values: dict[str, Any] = {}
            if ticket.first_owner is None:
                values["first_owner"] = seat_id
            if ticket.owner is None:
                values["owner"] = seat_id
            if ticket.state in {"received", "assigned", "reopened"}:
                values["state"] = "accepted"
            tickets.change(tx, ticket, values, now=now)
            tickets.add_event(
                tx,
                ticket,
                "alarm_taken",
                now=now,
                actor="seat",
                seat_id=seat_id,
                from_state=ticket.state,
                to_state=values.get("state", ticket.state),
            )
        return True

    def _step_taken(self, tx: Tx, alarm: Alarm, step: Step, *, now: int) -> None:
        alarms.add_notice(tx, alarm.id, step=step.number, now=now)
        ticket = None if alarm.ticket_id is None else tickets.get(tx, alarm.ticket_id)
        if ticket is None:
            return
        tickets.add_event(
            tx, ticket, "alarm_step", now=now, actor="clock", data={"step": step.kind, "seats": list(step.seats)}
        )
        # Where nobody could be rung at all, the script has told her so already.
        if step.kind == "nobody" and alarm.step > 0 and ticket.conversation_id is not None:
            conversation = conversations.by_id(tx, ticket.conversation_id)
            alarms.told_nobody(tx, alarm.id, now=now)
            if conversation is not None:
                outbox.add(
                    tx,
                    conversation_id=conversation.id,
                    contact_id=conversation.contact_id,
                    inbox=conversation.inbox,
                    text=self._nobody(ticket.danger_kind),
                    ticket_id=ticket.id,
                    now=now,
                )

    def knows_danger(self, kind: str | None) -> bool:
        return kind in self._danger_first

    def retopic(self, tx: Tx, before: Ticket, topic: str) -> dict[str, Any]:
        """What another topic changes: department, priority, limits counted from the opening. The unit stays."""
        matter = self._matter(before, topic=topic)
        return self._settled(
            before, self._route(matter), self._due(tx, matter, self._route(matter), now=before.created_at)
        )

    def redanger(self, tx: Tx, before: Ticket, *, kind: str | None, level: str | None, now: int) -> dict[str, Any]:
        """What a person's judgement of danger changes: its clock runs from now; those once told stay told."""
        matter = self._matter(before, kind=kind, level=level)
        way = self._route(matter)
        tickets.set_cc(tx, before.id, sorted({*before.cc, *way.cc} - {before.unit}))
        due = self._due(tx, matter, way, now=now if kind else before.created_at)
        return {"danger_kind": kind, "danger_level": level, **self._settled(before, way, due)}

    def limits(self, tx: Tx, before: Ticket, *, now: int) -> dict[str, Any]:
        """A clock that starts again."""
        matter = self._matter(before)
        return {**self._due(tx, matter, self._route(matter), now=now), "first_reply_at": None, "paused_at": None}

    def resumed(self, tx: Tx, before: Ticket, *, now: int) -> dict[str, Any]:
        """The time she needed does not count against us."""
        values: dict[str, Any] = {"paused_at": None}
        if before.paused_at is None:
            return values
        for name, natural in (("due_first", before.danger_kind is not None), ("due_close", False)):
            due = getattr(before, name)
            if due is None or (name == "due_first" and before.first_reply_at is not None):
                continue
            later = clock.after_pause(
                due,
                before.paused_at,
                now,
                natural=natural,
                hours=self.org.hours,
                corrections=releases.calendar_corrections(tx),
            )
            values |= {name: later.at, **({"due_note": later.note} if later.note else {})}
        return values

    @staticmethod
    def _settled(before: Ticket, way: Route, due: dict[str, Any]) -> dict[str, Any]:
        kept = {} if before.first_reply_at is None else {"due_first": before.due_first}
        return {"dept": way.dept, "priority": way.priority, **due, **kept}

    @staticmethod
    def _matter(before: Ticket, **changed: Any) -> Matter:
        return Matter(
            topic=changed.get("topic", before.topic),
            unit=before.unit,
            facts={},
            source=before.source,
            danger_kind=changed.get("kind", before.danger_kind),
            danger_level=changed.get("level", before.danger_level),
            green=before.priority == "green",
        )

    def _route(self, matter: Matter) -> Route:
        terms = self.terms[matter.topic]
        return route(
            topic=matter.topic,
            group=terms.group,
            dept=terms.dept,
            unit=matter.unit,
            danger_kind=matter.danger_kind,
            danger_level=matter.danger_level,
            green=matter.green,
            org=self.org,
        )

    def _rerouted(self, tx: Tx, before: Ticket, matter: Matter, *, now: int) -> dict[str, Any]:
        """`now`: when its limits begin, the opening, or the moment danger rose."""
        way = self._route(matter)
        tickets.set_cc(tx, before.id, way.cc)
        tickets.add_event(
            tx,
            before,
            "routed",
            now=before.updated_at,
            actor="bot",
            data={"from": before.unit, "to": way.unit, "cc": list(way.cc), "priority": way.priority},
        )
        due = self._due(tx, matter, way, now=now)
        return {"unit": way.unit, **self._settled(before, way, due)}

    def _due(self, tx: Tx, matter: Matter, way: Route, *, now: int) -> dict[str, Any]:
        terms = self.terms[matter.topic]
        natural = matter.danger_kind is not None
        corrections = releases.calendar_corrections(tx)
        first = clock.deadline(
            now,
            self._danger_first[matter.danger_kind] if matter.danger_kind else terms.first,
            natural=natural,
            hours=self.org.hours,
            corrections=corrections,
            half=way.priority == "green" and not natural,
        )
        close = clock.deadline(
            now, terms.close, natural=False, hours=self.org.hours, corrections=corrections, half=way.priority == "green"
        )
        return {"due_first": first.at, "due_close": close.at, "due_note": first.note or close.note}

    def _number(self, tx: Tx, now: int) -> str:
        day = datetime.fromtimestamp(now / 1_000_000, UTC).astimezone(clock.BEIJING).strftime("%Y%m%d")
        return ticket_number(self.org.prefix, now, tickets.next_number(tx, f"ticket-{day}"))

    @staticmethod
    def _ringing(tx: Tx, ticket_id: int) -> bool:
        return any(alarm.taken_at is None for alarm in alarms.of_ticket(tx, ticket_id))

    @staticmethod
    def _get(tx: Tx, ticket_id: int, *, lock: bool = False) -> Ticket:
        found = tickets.get(tx, ticket_id, lock=lock)
        if found is None:
            raise LookupError(ticket_id)
        return found
