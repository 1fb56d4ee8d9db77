"""Where a matter goes and by when: route, limits and number, counted from the transaction it is decided in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from store import Tx, releases, tickets
from store.rows import Ticket
from tickets import clock
from tickets.matter import Matter, Terms
from tickets.org import Org
from tickets.routing import Route, route, ticket_number


class Planning:
    def __init__(self, org: Org, terms: Mapping[str, Terms], danger_first: Mapping[str, str]) -> None:
        """`danger_first`: kind of danger -> time to the first human answer, on any clock."""
        self.org = org
        self.terms = terms
        self._danger_first = danger_first

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
