"""A ticket is one matter for people to handle; every change leaves an event."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from store.models.schema import Id, Micros, Sealed, metadata, primary_key, reference

ticket = Table(
    "ticket",
    metadata,
    primary_key(),
    Column("number", Text, nullable=False, unique=True),  # SZ20261123-0007, for staff
    reference("contact_id", "contact", index=True),
    reference("conversation_id", "conversation", nullable=True, index=True),
    Column("source", Text, nullable=False),  # web, telegram, terminal, phone, visit
    Column("topic", Text, nullable=False),  # current intent
    Column("first_topic", Text, nullable=False),  # as the bot understood it
    Column("confirmed_topic", Text),  # as staff confirmed on closing
    Column("unit", Text, nullable=False),
    Column("dept", Text),
    Column("priority", Text, nullable=False),  # urgent, green, normal
    Column("state", Text, nullable=False),
    Column("danger_kind", Text),
    Column("danger_level", Text),
    Column("helper", Boolean, nullable=False, server_default=false()),
    Column("facts", Sealed),  # JSON: where, what, contact and how safe it is
    Column("first_owner", Id),  # 首问责任: the first person who touched it
    Column("owner", Id),
    Column("due_first", Micros),
    Column("due_close", Micros),
    Column("due_note", Text),  # e.g. 暂按周末推算
    Column("paused_at", Micros),  # waiting for her: the clock stands
    Column("first_reply_at", Micros),
    Column("closed_at", Micros),
    Column("outcome", Text),
    Column("created_at", Micros, nullable=False),
    Column("updated_at", Micros, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("demo", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_ticket_open_unit",
        "unit",
        "due_first",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_ticket_created", "created_at"),
)

ticket_cc = Table(
    "ticket_cc",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("unit", Text, nullable=False, index=True),
    PrimaryKeyConstraint("ticket_id", "unit"),
)

ticket_hidden_from = Table(  # 回避: named staff who must not see it
    "ticket_hidden_from",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("seat_id", Id, nullable=False),
    PrimaryKeyConstraint("ticket_id", "seat_id"),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    primary_key(),
    reference("ticket_id", "ticket"),
    Column("at", Micros, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),  # bot, her, clock, seat
    Column("seat_id", Id),
    Column("from_state", Text),
    Column("to_state", Text),
    Column("data", JSON, nullable=False),  # ids and keys, nothing she wrote
    Column("note", Sealed),
    Index("ix_ticket_event_ticket", "ticket_id", "id"),
)

counter = Table("counter", metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))

draft = Table(  # what staff are typing, saved as they type
    "draft",
    metadata,
    Column("seat_id", Id, nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("body", Sealed, nullable=False),
    Column("updated_at", Micros, nullable=False),
    PrimaryKeyConstraint("seat_id", "ticket_id"),
)

alarm = Table(
    "alarm",
    metadata,
    primary_key(),
    Column("ticket_id", Id, ForeignKey("ticket.id"), index=True),  # NULL = a test
    Column("number", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("units", JSON, nullable=False),
    Column("raised_at", Micros, nullable=False),
    Column("step", Integer, nullable=False, server_default=text("0")),
    Column("step_at", Micros, nullable=False),
    Column("rung", JSON, nullable=False),  # seat ids rung at this step
    Column("taken_by", Id),
    Column("taken_at", Micros),
    Column("told_nobody_at", Micros),  # when she was told that nobody has answered
    Column("demo", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_alarm_open",
        "step_at",
        sqlite_where=text("taken_at IS NULL"),
        postgresql_where=text("taken_at IS NULL"),
    ),
)

alarm_notice = Table(  # outgoing webhook calls: number, level and link, no content
    "alarm_notice",
    metadata,
    primary_key(),
    reference("alarm_id", "alarm"),
    Column("step", Integer, nullable=False),
    Column("state", Text, nullable=False),  # queued, sent, failed
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Micros, nullable=False),
    Column("error", Text),
    UniqueConstraint("alarm_id", "step"),
)
