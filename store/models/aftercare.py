"""What follows a matter: her judgement of it, units kept from it, and the receipt of being forgotten."""

from sqlalchemy import JSON, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from store.models.schema import Id, Mac, Micros, Sealed, metadata, primary_key, reference

rating = Table(
    "rating",
    metadata,
    primary_key(),
    reference("ticket_id", "ticket"),
    Column("closed_at", Micros, nullable=False),  # of the end that is rated: a matter reopened is asked about again
    Column("asked_at", Micros, nullable=False),
    Column("value", Text),  # good, fair, bad; NULL = 未评价, silence is not satisfaction
    Column("rated_at", Micros),
    Column("reason", Sealed),
    UniqueConstraint("ticket_id", "closed_at"),
)

ticket_hidden_unit = Table(  # 回避 of a whole unit: a complaint is not read where it is about
    "ticket_hidden_unit",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("ticket_id", "unit"),
)

erasure = Table(
    "erasure",
    metadata,
    primary_key(),
    Column("number_mac", Mac, nullable=False, unique=True),  # of the receipt she was given
    reference("contact_id", "contact", index=True),
    Column("asked_at", Micros, nullable=False),
    Column("due_at", Micros, nullable=False),
    Column("done_at", Micros),
    Column("counts", JSON, nullable=False),  # how many of what: numbers only
    Column("listed_at", Micros),  # written to the list that lies outside every backup
    Index(
        "ix_erasure_unlisted",
        "id",
        sqlite_where=text("listed_at IS NULL"),
        postgresql_where=text("listed_at IS NULL"),
    ),
)
