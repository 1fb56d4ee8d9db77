"""What a channel keeps of its own: how many replies the platform still allows, and its access token."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from store.models.schema import Id, Mac, Micros, Sealed, metadata

# A row overrides the fresh allowance every message of hers brings; older than her last message, it counts no more.
reply_budget = Table(
    "reply_budget",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversation.id"), primary_key=True, autoincrement=False),
    Column("since", Micros, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
    Column("until", Micros, nullable=False),
    Column("closed", Text),  # window, budget, left: what the platform said, or that she unsubscribed
)

channel_token = Table(  # one process refreshes it, all use it
    "channel_token",
    metadata,
    Column("inbox", Text, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("token", Sealed, nullable=False),
    Column("until", Micros, nullable=False),
    Column("made_at", Micros, nullable=False),
)

late_push = Table(  # acknowledged before it was handled: kept until it is
    "late_push",
    metadata,
    Column("inbox", Text, primary_key=True),
    Column("name_mac", Mac, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("body", Sealed, nullable=False),
    Column("at", Micros, nullable=False),
)
