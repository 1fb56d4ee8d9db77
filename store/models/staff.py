"""Staff: seats, their sessions and duty, what they looked at, and which model is live."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, text, true

from store.models.schema import Id, Mac, Micros, metadata, primary_key, reference

seat = Table(
    "seat",
    metadata,
    primary_key(),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # seat, lead, admin
    Column("unit", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Column("password_at", Micros, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=true()),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("locked_until", Micros),
    Column("present_at", Micros),  # last sign of an open workbench
    Column("created_at", Micros, nullable=False),
)

session = Table(
    "session",
    metadata,
    primary_key(),
    Column("token_mac", Mac, nullable=False, unique=True),
    reference("seat_id", "seat", index=True),
    Column("created_at", Micros, nullable=False),
    Column("used_at", Micros, nullable=False),
    Column("ended_at", Micros),
)

duty = Table(  # the duty list of a unit, in the order they are rung
    "duty",
    metadata,
    Column("unit", Text, nullable=False),
    Column("seat_id", Id, nullable=False),
    Column("rank", Integer, nullable=False),
    PrimaryKeyConstraint("unit", "seat_id"),
)

access = Table(  # who looked at what; committed before it is shown
    "access",
    metadata,
    primary_key(),
    Column("at", Micros, nullable=False),
    Column("seat_id", Id, nullable=False),
    Column("action", Text, nullable=False),
    Column("ticket_id", Id),
    Column("reason", LargeBinary),  # sealed with the contact's key: it may speak of her
    Column("data", JSON, nullable=False),
    Index("ix_access_ticket", "ticket_id", "at"),
    Index("ix_access_seat", "seat_id", "at"),
)

release = Table(  # which model is live, and which were
    "release",
    metadata,
    primary_key(),
    Column("model", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at", Micros, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

calendar_day = Table(  # corrections to the published working calendar
    "calendar_day",
    metadata,
    Column("day", Text, primary_key=True),  # YYYY-MM-DD, Beijing
    Column("workday", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)
