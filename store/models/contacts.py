"""A contact is a person as far as we know: one random key, no name asked for."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, Table, Text, UniqueConstraint, false, text

from store.models.schema import Mac, Micros, Sealed, metadata, primary_key, reference

contact = Table(
    "contact",
    metadata,
    primary_key(),
    Column("wrapped_key", LargeBinary),  # NULL once erased: what was sealed with it is gone
    Column("created_at", Micros, nullable=False),
    Column("hidden_at", Micros),  # she asked to erase: hidden at once
    Column("erase_at", Micros),  # key is destroyed at this time unless a danger ticket is open
    Column("demo", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_contact_erase_due",
        "erase_at",
        sqlite_where=text("erase_at IS NOT NULL"),
        postgresql_where=text("erase_at IS NOT NULL"),
    ),
)

consent = Table(
    "consent",
    metadata,
    primary_key(),
    reference("contact_id", "contact", index=True),
    Column("purpose", Text, nullable=False),
    Column("wording", Text, nullable=False),  # version of the wording she agreed to
    Column("at", Micros, nullable=False),
)

# A code of three everyday words opens her tickets from anywhere; kept as HMAC, shown to her once more on request.
code = Table(
    "code",
    metadata,
    primary_key(),
    reference("contact_id", "contact", index=True),
    Column("mac", Mac, nullable=False),
    Column("words", Sealed, nullable=False),
    Column("created_at", Micros, nullable=False),
    UniqueConstraint("mac"),
)

code_try = Table(
    "code_try",
    metadata,
    primary_key(),
    Column("at", Micros, nullable=False, index=True),
    Column("hit", Boolean, nullable=False),
    Column("source", Mac),  # HMAC of the address it came from; NULL behind a proxy on this machine
)
