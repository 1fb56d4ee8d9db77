"""Telephone calls to 12338: one draft a call, what it came to, and the missed ones that somebody must call back."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false, text, true

from store.models.schema import Id, Mac, Micros, Sealed, metadata, primary_key, reference

call = Table(
    "call",
    metadata,
    primary_key(),
    reference("contact_id", "contact", index=True),  # a key of its own: people are never merged by their number
    Column("unit", Text, nullable=False),  # whose telephone it was
    Column("seat_id", Id),  # who has it; NULL: nobody has taken it yet
    Column("kind", Text, nullable=False),  # answered, missed
    Column("state", Text, nullable=False),  # waiting, open, ended
    Column("number", Sealed),
    Column("number_mac", Mac, index=True),
    Column("body", Sealed),  # what was typed while listening
    Column("topic", Text),  # chosen by a person; NULL: as it was heard
    Column("district", Text),
    Column("danger_kind", Text),
    Column("danger_level", Text),
    Column("danger_sure", Boolean, nullable=False, server_default=true()),
    Column("dismissed", Sealed),  # JSON list: sentences a person has judged to be no danger
    Column("silent", Boolean, nullable=False, server_default=false()),
    reference("ticket_id", "ticket", nullable=True, index=True),
    Column("outcome", Text),
    Column("missed_at", Micros),
    Column("rings", Integer, nullable=False, server_default=text("1")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Micros),
    Column("started_at", Micros, nullable=False),
    Column("saved_at", Micros),
    Column("ended_at", Micros),
    UniqueConstraint("unit", "number_mac", "missed_at"),  # the same list pasted twice is one list
    Index("ix_call_mine", "seat_id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    Index("ix_call_due", "due_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
)

call_event = Table(
    "call_event",
    metadata,
    primary_key(),
    reference("call_id", "call", index=True),
    Column("at", Micros, nullable=False),
    Column("seat_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Sealed),  # a reason
    Column("data", JSON, nullable=False),
)
