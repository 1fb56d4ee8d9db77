"""The access token of a channel, sealed, shared by all processes."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.errors import KeysMissing
from store.models import channel_token
from store.unit import Tx


@dataclass(frozen=True, slots=True)
class ChannelToken:
    value: str
    until: int  # UTC microseconds
    made_at: int


def read(tx: Tx, inbox: str) -> ChannelToken | None:
    row = tx.connection.execute(select(channel_token).where(channel_token.c.inbox == inbox)).first()
    if row is None:
        return None
    try:
        return ChannelToken(tx.vault.sealer(row.wrapped_key).open(row.token), row.until, row.made_at)
    except KeysMissing:  # its master key has been retired: a new token is one call away
        return None


def keep(tx: Tx, inbox: str, value: str, *, until: int, now: int) -> None:
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    key = tx.vault.new_key()
    values = {"wrapped_key": key, "token": tx.vault.sealer(key).seal(value), "until": until, "made_at": now}
    tx.connection.execute(
        insert(channel_token)
        .values(inbox=inbox, **values)
        .on_conflict_do_update(index_elements=[channel_token.c.inbox], set_=values)
    )
