"""Reception days: slots that staff create, and who has booked one."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    false,
    text,
)

from store.models.schema import Id, Micros, metadata, primary_key, reference

slot = Table(
    "slot",
    metadata,
    primary_key(),
    Column("unit", Text, nullable=False),
    Column("kind", Text, nullable=False),  # key in tickets/org/<city>/booking.yml
    Column("start_at", Micros, nullable=False),
    Column("end_at", Micros, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default=text("0")),
    Column("place", Text, nullable=False),  # as staff wrote it; nothing of hers
    Column("note", Text, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", Micros, nullable=False),
    Column("cancelled_at", Micros),
    Column("demo", Boolean, nullable=False, server_default=false()),
    # The database has the last word: whoever counts wrong is refused, however many book at once.
    CheckConstraint("taken >= 0 AND taken <= capacity", name="room"),
    CheckConstraint("end_at > start_at", name="span"),
    Index("ix_slot_free", "kind", "start_at"),
    Index("ix_slot_unit", "unit", "start_at"),
)

booking = Table(
    "booking",
    metadata,
    primary_key(),
    reference("slot_id", "slot", index=True),
    reference("contact_id", "contact", index=True),
    Column("conversation_id", Id),  # where she booked; NULL by phone
    reference("ticket_id", "ticket", index=True),
    Column("state", Text, nullable=False),  # booked, moved, cancelled, attended, missed
    Column("ended_by", Text),  # her, seat, erased: who ended it
    Column("seat_id", Id),  # the seat who booked or ended it for her
    Column("reminded_at", Micros),
    Column("created_at", Micros, nullable=False),
    Column("changed_at", Micros, nullable=False),
    Index(
        "ix_booking_open",
        "contact_id",
        "slot_id",
        unique=True,
        sqlite_where=text("state = 'booked'"),
        postgresql_where=text("state = 'booked'"),
    ),
    Index(
        "ix_booking_remind",
        "slot_id",
        sqlite_where=text("state = 'booked' AND reminded_at IS NULL"),
        postgresql_where=text("state = 'booked' AND reminded_at IS NULL"),
    ),
)
