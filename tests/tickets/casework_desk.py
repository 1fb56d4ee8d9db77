"""A store with seats and one matter in it, for the tests of casework."""

import random
from dataclasses import dataclass, replace
from typing import Any

from store import Store, Tx, contacts, conversations, messages, seats, tickets
from store.rows import Ticket, TicketEvent
from tickets.actor import Actor
from tickets.matter import Matter, Terms
from tickets.org import load_org
from tickets.service import Service

NOW = 1_795_399_200_000_000  # Monday, 2026-11-23 10:00 in Beijing
MINUTE = 60_000_000
HOUR = 60 * MINUTE
TERMS = {
    "rights_maternity": Terms("rights", "rights", "1d", "5d"),
    "rights_dv": Terms("rights", "rights", "2h", "5d"),
    "job_training": Terms("job", "development", "1d", "5d"),
}
DANGER = {"violence_now": "5min", "violence_recent": "2h", "threat": "15min"}


def build_service() -> Service:
    return Service(load_org("suzhou"), TERMS, DANGER, nobody=lambda _kind: "请先打110", rng=random.Random(1))


@dataclass
class Bench:
    store: Store
    service: Service
    li: Actor  # seat in gusu
    chen: Actor  # another one
    wang: Actor  # lead of gusu
    zhao: Actor  # seat in kunshan
    sun: Actor  # lead of the city
    ticket_id: int = 0

    async def ticket(self) -> Ticket:
        found = await self.store.read(lambda tx: tickets.get(tx, self.ticket_id))
        assert found is not None
        return found

    async def events(self) -> list[TicketEvent]:
        before = await self.ticket()
        return await self.store.read(lambda tx: tickets.events(tx, before))


async def build_bench(store: Store, **matter: Any) -> Bench:
    service = build_service()
    rows = (
        ("li", "seat", "gusu"),
        ("chen", "seat", "gusu"),
        ("wang", "lead", "gusu"),
        ("zhao", "seat", "kunshan"),
        ("sun", "lead", "sz"),
    )
    made: dict[str, Actor] = {}
    for login, role, unit in rows:
        seat_id = await store.unit(
            lambda tx, login=login, role=role, unit=unit: seats.add(  # type: ignore[misc]  # bound early
                tx, login=login, name=login, role=role, unit=unit, password="x", now=NOW
            )
        )
        assert seat_id is not None
        made[login] = Actor(seat_id, role, unit, None if (role, unit) == ("lead", "sz") else (unit,))
    bench = Bench(store, service, made["li"], made["chen"], made["wang"], made["zhao"], made["sun"])
    bench.ticket_id = (await open_one(bench, **matter)).id
    return bench


async def open_one(bench: Bench, **changed: Any) -> Ticket:
    def work(tx: Tx) -> Ticket:
        contact_id = contacts.create(tx, now=NOW)
        address = f"a{contact_id}"
        conversation_id = conversations.create(
            tx, inbox="web", address=address, token=f"t{contact_id}", contact_id=contact_id, now=NOW
        ).id
        write(tx, conversation_id, contact_id, "公司要辞退我", at=NOW)
        matter = Matter(
            topic="rights_maternity",
            unit="gusu",
            facts={"what": "公司要辞退我", "contact": "13812345678"},
            source="web",
        )
        conversation = conversations.by_id(tx, conversation_id)
        return bench.service.open(
            tx,
            replace(matter, **changed),
            contact_id=contact_id,
            conversation=conversation,
            now=NOW,
        ).ticket

    return await bench.store.unit(work)


def write(tx: Tx, conversation_id: int, contact_id: int, text: str, *, at: int) -> int:
    understanding = {
        "intent": "rights_maternity",
        "confidence": 0.9,
        "danger": {"level": "none", "kind": None, "sure": False},
        "model": "test",
    }
    message_id = messages.take(
        tx,
        inbox="web",
        external_id=f"{conversation_id}-{at}",
        conversation_id=conversation_id,
        contact_id=contact_id,
        kind="text",
        body=text,
        sent_at=None,
        now=at,
        handled=messages.Handled(understanding, "answer", None, waits=False),
    )
    assert message_id is not None
    return message_id
