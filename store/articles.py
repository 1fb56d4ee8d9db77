"""Articles and their versions: the shipped seed, edits that a second person approves, history, retiring."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from store import editions
from store.models import approval, article, article_version, seat
from store.unit import Tx

WAITING, APPROVED, DECLINED, WITHDRAWN = "waiting", "approved", "declined", "withdrawn"
SHIPPED, PAGE, IMPORTED = "shipped", "page", "import"


class NotAllowed(Exception):
    """The words say to staff why not."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """One file of the repository: its whole text, and from which day it holds."""

    name: str
    text: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class Version:
    id: int
    name: str
    number: int
    text: str
    origin: str
    state: str
    valid_from: date | None
    author: int | None
    why: str
    created_at: int
    confirmed_by: int | None
    confirmed_at: int | None
    retired_at: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    at: int
    who: str
    decision: str
    note: str
    number: int | None


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def seed(tx: Tx, files: Iterable[Shipped], *, now: int) -> int:
    """Take in files that are new or changed; returns how many.

    An article that was edited here keeps its text: the shipped one waits for approval like any other edit.
    """
    known = {row.name: row for row in tx.connection.execute(select(article))}
    changed = 0
    for file in files:
        row, mark = known.get(file.name), digest(file.text)
        if row is not None and row.shipped == mark:
            continue
        changed += 1
        article_id = row.id if row else _create(tx, file.name, now)
        edited = row is not None and _edited(tx, article_id)
        _add(
            tx,
            article_id,
            text=file.text,
            origin=SHIPPED,
            state=WAITING if edited else APPROVED,
            valid_from=file.valid_from,
            author=None,
            why="随程序更新" if row else "随程序提供",
            now=now,
        )
        tx.connection.execute(update(article).where(article.c.id == article_id).values(shipped=mark))
    if changed:
        editions.up(tx)
    return changed


def _create(tx: Tx, name: str, now: int) -> int:
    made: int = tx.connection.execute(
        insert(article).values(name=name, created_at=now).returning(article.c.id)
    ).scalar_one()
    return made


def _edited(tx: Tx, article_id: int) -> bool:
    query = select(article_version.c.id).where(
        article_version.c.article_id == article_id, article_version.c.origin != SHIPPED
    )
    retired = select(article.c.retired_at).where(article.c.id == article_id)
    found = tx.connection.execute(query.limit(1)).first() is not None
    return found or tx.connection.execute(retired).scalar_one() is not None


def _add(
    tx: Tx,
    article_id: int,
    *,
    text: str,
    origin: str,
    state: str,
    valid_from: date | None,
    author: int | None,
    why: str,
    now: int,
) -> int:
    last = select(func.coalesce(func.max(article_version.c.number), 0)).where(
        article_version.c.article_id == article_id
    )
    number = tx.connection.execute(last).scalar_one() + 1
    values = {"article_id": article_id, "number": number, "text": text, "origin": origin, "state": state}
    made: int = tx.connection.execute(
        insert(article_version)
        .values(**values, valid_from=valid_from, author=author, why=why, created_at=now)
        .returning(article_version.c.id)
    ).scalar_one()
    return made


def propose(tx: Tx, file: Shipped, *, author: int | None, why: str, now: int, origin: str = PAGE) -> int:
    """A new version that waits for a second person; an older one that still waits gives way to it."""
    row = tx.connection.execute(select(article).where(article.c.name == file.name)).first()
    article_id = row.id if row else _create(tx, file.name, now)
    tx.connection.execute(
        update(article_version)
        .where(article_version.c.article_id == article_id, article_version.c.state == WAITING)
        .values(state=WITHDRAWN)
    )
    made = _add(
        tx,
        article_id,
        text=file.text,
        origin=origin,
        state=WAITING,
        valid_from=file.valid_from,
        author=author,
        why=why,
        now=now,
    )
    tx.announce(editions.TOPIC)
    return made


def approve(tx: Tx, version_id: int, *, seat_id: int, note: str, now: int) -> None:
    """Raises NotAllowed for its own author and for a version that no longer waits."""
    found = _waiting(tx, version_id)
    if found.author == seat_id:
        raise NotAllowed("自己改的要由另一位同事批准")
    newer = select(func.count()).where(
        article_version.c.article_id == found.article_id,
        article_version.c.state == APPROVED,
        article_version.c.id > version_id,
    )
    if tx.connection.execute(newer).scalar_one():
        raise NotAllowed("已经有更新的版本在用，请在它上面重新改")
    _decide(tx, version_id, seat_id, APPROVED, note, now)
    tx.connection.execute(
        update(article_version)
        .where(article_version.c.id == version_id)
        .values(state=APPROVED, confirmed_by=seat_id, confirmed_at=now)
    )
    back = update(article).where(article.c.id == found.article_id).values(retired_at=None, retired_by=None)
    tx.connection.execute(back)
    editions.up(tx)


def decline(tx: Tx, version_id: int, *, seat_id: int, note: str, now: int) -> None:
    """Also how an author takes the own version back."""
    found = _waiting(tx, version_id)
    state = WITHDRAWN if found.author == seat_id else DECLINED
    _decide(tx, version_id, seat_id, state, note, now)
    tx.connection.execute(update(article_version).where(article_version.c.id == version_id).values(state=state))
    tx.announce(editions.TOPIC)


def confirm(tx: Tx, version_id: int, *, seat_id: int, now: int) -> None:
    """A shipped version was read by a named person and found right."""
    _decide(tx, version_id, seat_id, "confirmed", "", now)
    tx.connection.execute(
        update(article_version).where(article_version.c.id == version_id).values(confirmed_by=seat_id, confirmed_at=now)
    )
    tx.announce(editions.TOPIC)


def retire(tx: Tx, name: str, *, seat_id: int, note: str, now: int) -> None:
    """At once and by one person: what may be wrong must be able to fall silent. Coming back takes two."""
    live = next(iter(approved(tx, name)), None)
    if live is None:
        raise NotAllowed("这篇没有在用的版本")
    _decide(tx, live.id, seat_id, "retired", note, now)
    tx.connection.execute(update(article).where(article.c.name == name).values(retired_at=now, retired_by=seat_id))
    editions.up(tx)


def _decide(tx: Tx, version_id: int, seat_id: int, decision: str, note: str, now: int) -> None:
    values = {"version_id": version_id, "seat_id": seat_id, "decision": decision, "note": note, "at": now}
    tx.connection.execute(insert(approval).values(**values))


def _waiting(tx: Tx, version_id: int) -> Row[Any, Any]:
    query = select(article_version.c.article_id, article_version.c.author).where(
        article_version.c.id == version_id, article_version.c.state == WAITING
    )
    found = tx.connection.execute(query.with_for_update()).first()
    if found is None:
        raise NotAllowed("这个版本已经处理过了，请刷新")
    return found


VERSIONS = select(article_version, article.c.name, article.c.retired_at).join(
    article, article.c.id == article_version.c.article_id
)


def _versions(tx: Tx, query: Select[tuple[object, ...]]) -> list[Version]:
    names = Version.__dataclass_fields__
    return [Version(**{name: row[name] for name in names}) for row in tx.connection.execute(query).mappings()]


def approved(tx: Tx, name: str) -> list[Version]:
    """Newest first."""
    query = VERSIONS.where(article.c.name == name, article_version.c.state == APPROVED)
    return _versions(tx, query.order_by(article_version.c.id.desc()))


def live(tx: Tx, day: date) -> list[Version]:
    """Of every article that is not retired the newest approved version that has begun by that day, by name."""
    begun = article_version.c.valid_from.is_(None) | (article_version.c.valid_from <= day)
    newest = (
        select(func.max(article_version.c.id))
        .where(article_version.c.state == APPROVED, begun)
        .group_by(article_version.c.article_id)
    )
    query = VERSIONS.where(article_version.c.id.in_(newest), article.c.retired_at.is_(None))
    return _versions(tx, query.order_by(article.c.name))


def newest(tx: Tx) -> list[Version]:
    """Of every article the newest version that was not declined or taken back, by name: what the list shows."""
    last = (
        select(func.max(article_version.c.id))
        .where(article_version.c.state.in_([APPROVED, WAITING]))
        .group_by(article_version.c.article_id)
    )
    return _versions(tx, VERSIONS.where(article_version.c.id.in_(last)).order_by(article.c.name))


def history(tx: Tx, name: str) -> list[Version]:
    """Newest first."""
    return _versions(tx, VERSIONS.where(article.c.name == name).order_by(article_version.c.number.desc()))


def decisions(tx: Tx, name: str) -> list[Decision]:
    """Newest first."""
    query = (
        select(approval, article_version.c.number, seat.c.name.label("who"))
        .join(article_version, article_version.c.id == approval.c.version_id)
        .join(article, article.c.id == article_version.c.article_id)
        .join(seat, seat.c.id == approval.c.seat_id)
        .where(article.c.name == name)
        .order_by(approval.c.id.desc())
    )
    return [Decision(row.at, row.who, row.decision, row.note, row.number) for row in tx.connection.execute(query)]


def names(tx: Tx) -> frozenset[str]:
    return frozenset(tx.connection.execute(select(article.c.name)).scalars())


def authors(tx: Tx, seat_ids: Sequence[int]) -> dict[int, str]:
    rows = tx.connection.execute(select(seat.c.id, seat.c.name).where(seat.c.id.in_(seat_ids)))
    return {row.id: row.name for row in rows}
