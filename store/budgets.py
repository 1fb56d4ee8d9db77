"""How many replies a platform still takes for a conversation, and until when; counted here, corrected by the platform.

Every message of hers brings a fresh allowance without a row being written; a row is there only once something was
spent, granted by an event or refused, and ends with her next message.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.models import conversation, reply_budget
from store.unit import Tx


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message of hers allows."""

    replies: int
    window: int  # microseconds


@dataclass(frozen=True, slots=True)
class Budget:
    allowed: int
    spent: int
    until: int  # UTC microseconds
    closed: str | None = None

    def left(self, now: int) -> int:
        return 0 if self.closed or self.until <= now else max(0, self.allowed - self.spent)


def of(tx: Tx, conversation_id: int, limits: Limits) -> Budget:
    return _read(tx, conversation_id, limits)[0]


def spend(tx: Tx, conversation_id: int, limits: Limits, *, now: int) -> bool:
    """Reserve one reply before it is sent; False when none is left."""
    budget, since = _read(tx, conversation_id, limits, lock=True)
    if not budget.left(now):
        return False
    _write(tx, conversation_id, Budget(budget.allowed, budget.spent + 1, budget.until), since)
    return True


def give_back(tx: Tx, conversation_id: int) -> None:
    """The platform did not take it."""
    tx.connection.execute(
        update(reply_budget)
        .where(reply_budget.c.conversation_id == conversation_id, reply_budget.c.spent > 0)
        .values(spent=reply_budget.c.spent - 1)
    )
    tx.announce("delivery")


def close(tx: Tx, conversation_id: int, limits: Limits, *, why: str, now: int) -> None:
    """The platform takes nothing more until she writes again."""
    budget, since = _read(tx, conversation_id, limits, lock=True)
    _write(tx, conversation_id, Budget(budget.allowed, budget.spent, budget.until, why), max(since, now))


def grant(tx: Tx, conversation_id: int, before: Budget, *, replies: int, window: int, now: int) -> None:
    """A menu click or a scan allows a few replies for a short time; what she had `before` is kept where it is more."""
    better = before.left(now) > 0
    budget = before if better else Budget(replies, 0, now + window)
    _write(tx, conversation_id, budget, now)


def _read(tx: Tx, conversation_id: int, limits: Limits, *, lock: bool = False) -> tuple[Budget, int]:
    """The budget and since when it counts."""
    hers = select(conversation.c.last_in_at).where(conversation.c.id == conversation_id)
    # Two statements: behind a lock PostgreSQL still joins what it saw before it waited.
    last = int(tx.connection.execute(hers.with_for_update() if lock else hers).scalar_one() or 0)
    row = tx.connection.execute(select(reply_budget).where(reply_budget.c.conversation_id == conversation_id)).first()
    if row is not None and row.since >= last:
        return Budget(row.allowed, row.spent, row.until, row.closed), int(row.since)
    return Budget(limits.replies, 0, last + limits.window), last


def _write(tx: Tx, conversation_id: int, budget: Budget, since: int) -> None:
    insert = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    values: dict[str, Any] = {
        "since": since,
        "allowed": budget.allowed,
        "spent": budget.spent,
        "until": budget.until,
        "closed": budget.closed,
    }
    tx.connection.execute(
        insert(reply_budget)
        .values(conversation_id=conversation_id, **values)
        .on_conflict_do_update(index_elements=[reply_budget.c.conversation_id], set_=values)
    )
    tx.announce("delivery")
