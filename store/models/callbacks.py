"""How and when she may be reached, and the calls we owe her."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false, text, true

from store.models.schema import Id, Micros, Sealed, metadata, primary_key, reference

reach = Table(  # safe contact: what every notice, reminder and call obeys
    "reach",
    metadata,
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("how", Text),  # here, call; NULL = not asked
    Column("notices", Boolean, nullable=False, server_default=true()),  # neutral lines and reminders may be sent
    Column("named", Boolean, nullable=False, server_default=false()),  # they may say who is writing
    Column("safe_from", Integer),  # minutes of the Beijing day; both or neither
    Column("safe_to", Integer),
    Column("safe_words", Sealed),  # as she said it
    Column("wording", Text),  # version of the words under which she said so
    Column("changed_at", Micros, nullable=False),
)

callback = Table(
    "callback",
    metadata,
    primary_key(),
    reference("ticket_id", "ticket", index=True),
    reference("contact_id", "contact", index=True),
    Column("number", Sealed),  # NULL: none is known, staff look for another way
    Column("safe_words", Sealed),  # when it is safe, in her words
    Column("named", Boolean, nullable=False, server_default=false()),  # the caller may say who is calling
    Column("why", Text, nullable=False),  # asked, undelivered, missed_call, slot_cancelled, staff
    Column("state", Text, nullable=False),  # open, reached, ended
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Micros, nullable=False),
    Column("created_by", Id),
    Column("created_at", Micros, nullable=False),
    Column("done_at", Micros),
    Column("done_by", Id),
    Index(
        "ix_callback_due",
        "due_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

callback_try = Table(
    "callback_try",
    metadata,
    primary_key(),
    reference("callback_id", "callback", index=True),
    Column("at", Micros, nullable=False),
    Column("seat_id", Id, nullable=False),
    Column("outcome", Text, nullable=False),  # reached, not_reached, wrong_person
    Column("note", Sealed),
)
