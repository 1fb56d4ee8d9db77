"""Every table of the store; importing this module fills the metadata."""

from store.models.contacts import code, code_try, consent, contact
from store.models.conversations import attachment, channel_offset, conversation, correction, lease, message, outbox
from store.models.schema import metadata
from store.models.staff import access, calendar_day, duty, release, seat, session
from store.models.tickets import (
    alarm,
    alarm_notice,
    counter,
    draft,
    ticket,
    ticket_cc,
    ticket_event,
    ticket_hidden_from,
)

__all__ = [
    "access",
    "alarm",
    "alarm_notice",
    "attachment",
    "calendar_day",
    "channel_offset",
    "code",
    "code_try",
    "consent",
    "contact",
    "conversation",
    "correction",
    "counter",
    "draft",
    "duty",
    "lease",
    "message",
    "metadata",
    "outbox",
    "release",
    "seat",
    "session",
    "ticket",
    "ticket_cc",
    "ticket_event",
    "ticket_hidden_from",
]
