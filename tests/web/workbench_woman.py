"""A woman who writes, and the ticket that opens: written into the server's own store, so that its pages hear of it."""

import secrets
from collections.abc import Sequence

from bot.core import micros
from store import Tx, contacts, conversations, messages, outbox
from store.rows import Ticket
from tickets.matter import Matter
from tickets.service import Service

HARMLESS = {"where": "平江路附近", "contact": "13812345678"}


def open_matter(
    tx: Tx, service: Service, texts: Sequence[str], *, topic: str, unit: str | None, kind: str | None, level: str | None
) -> Ticket:
    now, address = micros(), secrets.token_hex(8)
    contact_id = contacts.create(tx, now=now)
    conversation_id = conversations.create(
        tx, inbox="web", address=address, token=address, contact_id=contact_id, now=now
    ).id
    for text in texts:
        say(tx, conversation_id, text, topic=topic, kind=kind, level=level)
    conversation = conversations.by_id(tx, conversation_id)
    assert conversation is not None
    matter = Matter(
        topic=topic,
        unit=unit,
        facts={**HARMLESS, "what": texts[0]},
        source="web",
        danger_kind=kind,
        danger_level=level,
        alarm=level in {"urgent", "immediate"},
    )
    return service.open(tx, matter, contact_id=contact_id, conversation=conversation, now=now).ticket


def say(
    tx: Tx,
    conversation_id: int,
    text: str,
    *,
    topic: str = "rights_maternity",
    kind: str | None = None,
    level: str | None = None,
    watch: str | None = None,
) -> None:
    """She writes, the bot answers; `watch` raises the flag for a doubtful sign."""
    before = conversations.by_id(tx, conversation_id)
    assert before is not None
    now = micros()
    understanding = {
        "intent": topic,
        "confidence": 0.9,
        "danger": {"level": level or "none", "kind": kind, "sure": level is not None},
        "model": "test",
    }
    message_id = messages.take(
        tx,
        inbox="web",
        external_id=secrets.token_hex(8),
        conversation_id=conversation_id,
        contact_id=before.contact_id,
        kind="text",
        body=text,
        sent_at=None,
        now=now,
        handled=messages.Handled(understanding, "answer", None, waits=False),
    )
    outbox.add(
        tx,
        conversation_id=conversation_id,
        contact_id=before.contact_id,
        inbox="web",
        text="您说的我记下了。",
        buttons=("有帮助", "找人"),
        message_id=message_id,
        now=now + 1,
    )
    changes = conversations.Changes(state={"unit": "gusu"}, topic=topic, paused=False, last_in_at=now, watch_kind=watch)
    conversations.advance(tx, before, changes, now=now)
    tx.announce("tickets")
