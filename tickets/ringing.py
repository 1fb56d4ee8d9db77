"""Alarms of danger tickets: raised, moved on while nobody takes them, taken by one named person."""

from collections.abc import Callable
from typing import Any

from store import Tx, alarms, conversations, duty, outbox, tickets
from store.rows import Alarm, Ticket
from tickets.alarms import NOBODY, Step, due_since, next_step
from tickets.org import Org


class Ringing:
    def __init__(self, org: Org, nobody: Callable[[str | None], str]) -> None:
        """`nobody(kind)` gives the words that tell her that nobody has answered."""
        self._city = org.city
        self._nobody = nobody

    def ring(self, tx: Tx, ticket: Ticket, *, level: str, now: int) -> None:
        if ticket.demo:  # a sample never rings
            return
        units = list(dict.fromkeys((ticket.unit, *ticket.cc, self._city)))
        alarms.raise_one(
            tx, ticket_id=ticket.id, number=ticket.number, level=level, units=units, now=now, demo=ticket.demo
        )
        tickets.add_event(tx, ticket, "alarm", now=now, actor="bot", data={"level": level, "units": units})

    def test_alarm(self, tx: Tx, *, units: list[str], now: int) -> int:
        return alarms.raise_one(tx, ticket_id=None, number="演练", level="test", units=units, now=now)

    def advance_alarms(self, tx: Tx, *, now: int) -> None:
        """Ring the next people where nobody has taken an alarm in time; at the end tell her so."""
        people: dict[tuple[str, ...], tuple[list[list[int]], list[int]]] = {}  # looked up once for all that ring
        for alarm in alarms.ringing(tx, due_since(now)):
            if alarm.units not in people:
                lists = [duty.of_units(tx, [unit]) for unit in alarm.units]
                people[alarm.units] = lists, duty.leaders(tx, alarm.units, city=self._city)
            lists, leaders = people[alarm.units]
            if alarm.step >= NOBODY and not leaders and not any(lists):
                continue  # nobody is there to be rung again
            step = next_step(
                duty=lists,
                leaders=leaders,
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
            ticket = got(tx, alarm.ticket_id, lock=True)
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
        tried = alarm.step > 0 or step.seats
        if step.kind == "nobody" and tried and ticket.conversation_id is not None:
            conversation = conversations.by_id(tx, ticket.conversation_id)
            if conversation is not None:
                alarms.told_nobody(tx, alarm.id, now=now)
                outbox.add(
                    tx,
                    conversation_id=conversation.id,
                    contact_id=conversation.contact_id,
                    inbox=conversation.inbox,
                    text=self._nobody(ticket.danger_kind),
                    ticket_id=ticket.id,
                    now=now,
                )

    @staticmethod
    def _ringing(tx: Tx, ticket_id: int) -> bool:
        return any(alarm.taken_at is None for alarm in alarms.of_ticket(tx, ticket_id))


def got(tx: Tx, ticket_id: int, *, lock: bool = False) -> Ticket:
    found = tickets.get(tx, ticket_id, lock=lock)
    if found is None:
        raise LookupError(ticket_id)
    return found
