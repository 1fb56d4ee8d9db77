"""A conversation is one address on one inbox; messages come in, replies go out through the outbox."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint, false, text

from store.models.schema import Id, Mac, Micros, Sealed, metadata, primary_key, reference

conversation = Table(
    "conversation",
    metadata,
    primary_key(),
    Column("token_mac", Mac, nullable=False, unique=True),
    Column("token", Sealed, nullable=False),  # random, its only name outside; on the web it is her address too
    reference("contact_id", "contact", index=True),
    Column("inbox", Text, nullable=False),  # one account on one channel: web, telegram:<bot id>, terminal
    Column("address_mac", Mac, nullable=False),
    Column("address", Sealed, nullable=False),
    Column("state", Sealed),  # JSON of handlers/state.py
    Column("version", Integer, nullable=False, server_default=text("0")),  # moves with every message handled
    Column("topic", Text),  # current intent
    Column("held_by", Id),  # seat who talks to her; the bot is silent except for danger
    Column("held_until", Micros),
    Column("paused", Boolean, nullable=False, server_default=false()),  # 他来了: nothing leaves until she writes
    Column("receives", Boolean),  # replies of staff come here too; NULL: never asked, they go where she wrote last
    Column("watch_since", Micros),  # 待留意: a doubtful sign of danger a person has not looked at yet
    Column("watch_kind", Text),
    Column("last_in_at", Micros),  # her last message
    Column("seen_at", Micros),  # last sign that her page is open
    Column("created_at", Micros, nullable=False),
    Column("demo", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("inbox", "address_mac"),
    Index(
        "ix_conversation_watch",
        "watch_since",
        sqlite_where=text("watch_since IS NOT NULL"),
        postgresql_where=text("watch_since IS NOT NULL"),
    ),
)

message = Table(
    "message",
    metadata,
    primary_key(),
    Column("inbox", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    reference("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # text, button, voice, image, file, location, sticker, edit, event
    Column("body", Sealed, nullable=False),
    Column("sent_at", Micros),
    Column("received_at", Micros, nullable=False),
    # What was understood and done: trainers and leaders live on these.
    Column("understanding", Sealed),  # JSON, sealed because entities quote her
    Column("intent", Text),
    Column("confidence", Float),
    Column("danger_level", Text),
    Column("danger_kind", Text),
    Column("danger_sure", Boolean),
    Column("model", Text),
    Column("handler", Text),
    Column("article", Text),
    Column("followed", Text),  # helped, unsolved, wrong, person, left
    Column("waits", Boolean, nullable=False, server_default=false()),  # not answered yet: read with what follows
    Column("corrects", Id),  # the message she has edited
    UniqueConstraint("inbox", "external_id"),  # exactly-once intake
    Index("ix_message_conversation", "conversation_id", "id"),
)

attachment = Table(
    "attachment",
    metadata,
    primary_key(),
    reference("message_id", "message", index=True),
    Column("kind", Text, nullable=False),
    Column("name", Sealed),
    Column("mime", Text),
    Column("size", Integer),
    Column("remote_id", Sealed),  # the channel's own id of the file, until it is fetched
    Column("path", Text),
    Column("created_at", Micros, nullable=False),
)

# Every word that leaves: the bot's replies and staff's, one door out.
outbox = Table(
    "outbox",
    metadata,
    primary_key(),
    Column("reply_id", String(32), nullable=False, unique=True),  # the channel's client drops repeats by it
    reference("conversation_id", "conversation"),
    reference("message_id", "message", nullable=True),  # the message it answers
    Column("ticket_id", Id),
    Column("seat_id", Id),  # NULL = the bot
    Column("inbox", Text, nullable=False),
    Column("body", Sealed, nullable=False),
    Column("buttons", Sealed),
    Column("article", Text),
    Column("copy_of", String(32)),  # reply_id of the same words on another of her channels
    # queued, leased, waiting (待取), fetched (已取), sent, failed (未送达)
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Micros, nullable=False),
    Column("error", Text),  # class of the failure, never text of hers
    Column("created_at", Micros, nullable=False),
    Column("done_at", Micros),
    Index("ix_outbox_conversation", "conversation_id", "id"),
    Index("ix_outbox_message", "message_id"),
    Index(
        "ix_outbox_due",
        "next_at",
        sqlite_where=text("state IN ('queued', 'leased')"),
        postgresql_where=text("state IN ('queued', 'leased')"),
    ),
)

# How far a polled channel has been confirmed, and which process polls it.
channel_offset = Table(
    "channel_offset",
    metadata,
    Column("inbox", Text, primary_key=True),
    Column("position", Id, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Micros, nullable=False),
)

correction = Table(  # 机器人理解错了, kept for the trainer
    "correction",
    metadata,
    primary_key(),
    reference("message_id", "message", index=True),
    Column("seat_id", Id),
    Column("was", JSON, nullable=False),
    Column("should", JSON, nullable=False),
    Column("at", Micros, nullable=False),
)
