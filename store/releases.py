"""Which model is live: the newest row; older ones stay for the way back."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from store.models import calendar_day, release
from store.unit import Tx

TOPIC = "model"


@dataclass(frozen=True, slots=True)
class Release:
    id: int
    model: str
    file: str
    sha256: str
    at: int
    who: str
    why: str


def history(tx: Tx, limit: int = 50) -> list[Release]:
    """Newest first; the first one is live."""
    rows = tx.connection.execute(select(release).order_by(release.c.id.desc()).limit(limit))
    return [Release(row.id, row.model, row.file, row.sha256, row.at, row.who, row.why) for row in rows]


def live(tx: Tx) -> Release | None:
    found = history(tx, 1)
    return found[0] if found else None


def put_live(tx: Tx, *, model: str, file: str, sha256: str, who: str, why: str, now: int) -> None:
    tx.connection.execute(insert(release).values(model=model, file=file, sha256=sha256, who=who, why=why, at=now))
    tx.announce(TOPIC)


def calendar_corrections(tx: Tx) -> dict[str, bool]:
    """Day (YYYY-MM-DD, Beijing) -> whether it is a working day, where staff corrected the published calendar."""
    return {row.day: row.workday for row in tx.connection.execute(select(calendar_day))}
