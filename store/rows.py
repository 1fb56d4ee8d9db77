"""The frozen rows that leave the store."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Conversation:
    id: int
    token: str
    contact_id: int
    inbox: str
    address: str
    state: dict[str, Any] | None
    version: int
    topic: str | None
    held_by: int | None
    held_until: int | None
    paused: bool
    watch_since: int | None
    watch_kind: str | None
    last_in_at: int | None
    seen_at: int | None
    demo: bool
    receives: bool | None = None  # replies may come here; None: never asked


@dataclass(frozen=True, slots=True)
class Copy:
    """The same reply on another of her channels."""

    inbox: str
    reply_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation as people read it, hers or ours."""

    id: int
    who: str  # her, bot, staff
    at: int
    text: str
    reply_id: str | None = None
    buttons: tuple[str, ...] = ()
    state: str | None = None  # of a reply: queued, leased, waiting, fetched, sent, failed
    seat_id: int | None = None
    kind: str = "text"
    danger_level: str | None = None
    intent: str | None = None
    handler: str | None = None
    article: str | None = None
    inbox: str | None = None  # of a reply: where it goes
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: int
    reply_id: str
    conversation_id: int
    token: str
    inbox: str
    address: str
    text: str
    buttons: tuple[str, ...]
    seat_id: int | None
    ticket_id: int | None
    attempts: int
    paused: bool
    last_in_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Ticket:
    id: int
    number: str
    contact_id: int
    conversation_id: int | None
    source: str
    topic: str
    first_topic: str
    confirmed_topic: str | None
    unit: str
    cc: tuple[str, ...]
    dept: str | None
    priority: str
    state: str
    danger_kind: str | None
    danger_level: str | None
    helper: bool
    first_owner: int | None
    owner: int | None
    due_first: int | None
    due_close: int | None
    due_note: str | None
    paused_at: int | None
    first_reply_at: int | None
    closed_at: int | None
    outcome: str | None
    created_at: int
    updated_at: int
    version: int
    demo: bool


@dataclass(frozen=True, slots=True)
class TicketEvent:
    id: int
    at: int
    kind: str
    actor: str
    seat_id: int | None
    from_state: str | None
    to_state: str | None
    data: dict[str, Any]
    note: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    id: int
    ticket_id: int | None
    number: str
    level: str
    units: tuple[str, ...]
    raised_at: int
    step: int
    step_at: int
    rung: tuple[int, ...]
    taken_by: int | None
    taken_at: int | None
    told_nobody_at: int | None
    demo: bool
