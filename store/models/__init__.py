"""Every table of the store; importing this module fills the metadata."""

from store.models.aftercare import erasure, rating, ticket_hidden_unit
from store.models.bookings import booking, slot
from store.models.callbacks import callback, callback_try, reach
from store.models.calls import call, call_event
from store.models.channels import channel_token, late_push, reply_budget
from store.models.contacts import code, code_try, consent, contact
from store.models.conversations import attachment, channel_offset, conversation, correction, lease, message, outbox
from store.models.knowledge import approval, article, article_version, edition, parameter
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
    "approval",
    "article",
    "article_version",
    "attachment",
    "booking",
    "calendar_day",
    "call",
    "call_event",
    "callback",
    "callback_try",
    "channel_offset",
    "channel_token",
    "code",
    "code_try",
    "consent",
    "contact",
    "conversation",
    "correction",
    "counter",
    "draft",
    "duty",
    "edition",
    "erasure",
    "late_push",
    "lease",
    "message",
    "metadata",
    "outbox",
    "parameter",
    "rating",
    "reach",
    "release",
    "reply_budget",
    "seat",
    "session",
    "slot",
    "ticket",
    "ticket_cc",
    "ticket_event",
    "ticket_hidden_from",
    "ticket_hidden_unit",
]
