"""Dated parameters: the shipped table, changes that a second person approves."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Row, insert, select, update

from store import editions
from store.articles import APPROVED, DECLINED, PAGE, SHIPPED, WAITING, WITHDRAWN, NotAllowed
from store.models import approval, parameter
from store.unit import Tx


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter says; its fields are those of the shipped table."""

    name: str
    zh: str
    value: str
    unit: str
    law: str
    article: str
    dated: date
    fact: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    value: Value
    origin: str
    state: str
    author: int | None
    why: str
    created_at: int


FIELDS = tuple(Value.__dataclass_fields__)


def seed(tx: Tx, values: Iterable[Value], *, now: int) -> int:
    """Add shipped values that are new or say something new; returns how many. What staff changed here stays newest."""
    kept = [one for one in listing(tx) if one.origin == SHIPPED]
    known = {(one.value.name, one.value.valid_from): one for one in kept}
    changed = 0
    for value in values:
        before = known.get((value.name, value.valid_from))
        if before is not None and before.value == value:
            continue
        changed += 1
        if before is not None:
            tx.connection.execute(update(parameter).where(parameter.c.id == before.id).values(**asdict(value)))
        else:
            _add(tx, value, origin=SHIPPED, state=APPROVED, author=None, why="随程序提供", now=now)
    if changed:
        editions.up(tx)
    return changed


def _add(tx: Tx, value: Value, *, origin: str, state: str, author: int | None, why: str, now: int) -> int:
    made: int = tx.connection.execute(
        insert(parameter)
        .values(**asdict(value), origin=origin, state=state, author=author, why=why, created_at=now)
        .returning(parameter.c.id)
    ).scalar_one()
    return made


def propose(tx: Tx, value: Value, *, author: int, why: str, now: int) -> int:
    """A new value that waits for a second person; an older one of this name that still waits gives way."""
    tx.connection.execute(
        update(parameter).where(parameter.c.name == value.name, parameter.c.state == WAITING).values(state=WITHDRAWN)
    )
    made = _add(tx, value, origin=PAGE, state=WAITING, author=author, why=why, now=now)
    tx.announce(editions.TOPIC)
    return made


def approve(tx: Tx, parameter_id: int, *, seat_id: int, now: int) -> None:
    """Raises NotAllowed for its own author and for a value that no longer waits."""
    if _waiting(tx, parameter_id).author == seat_id:
        raise NotAllowed("自己改的要由另一位同事批准")
    _decide(tx, parameter_id, seat_id, APPROVED, now)
    editions.up(tx)


def decline(tx: Tx, parameter_id: int, *, seat_id: int, now: int) -> None:
    own = _waiting(tx, parameter_id).author == seat_id
    _decide(tx, parameter_id, seat_id, WITHDRAWN if own else DECLINED, now)
    tx.announce(editions.TOPIC)


def _decide(tx: Tx, parameter_id: int, seat_id: int, state: str, now: int) -> None:
    tx.connection.execute(update(parameter).where(parameter.c.id == parameter_id).values(state=state))
    values = {"parameter_id": parameter_id, "seat_id": seat_id, "decision": state, "note": "", "at": now}
    tx.connection.execute(insert(approval).values(**values))


def _waiting(tx: Tx, parameter_id: int) -> Row[tuple[int | None]]:
    query = select(parameter.c.author).where(parameter.c.id == parameter_id, parameter.c.state == WAITING)
    found = tx.connection.execute(query.with_for_update()).first()
    if found is None:
        raise NotAllowed("这个值已经处理过了，请刷新")
    return found


def listing(tx: Tx) -> list[Kept]:
    """Approved and waiting ones, oldest first: of those that hold on a day the last approved one counts."""
    query = select(parameter).where(parameter.c.state.in_([APPROVED, WAITING])).order_by(parameter.c.id)
    return [
        Kept(
            id=row["id"],
            value=Value(**{name: row[name] for name in FIELDS}),
            origin=row["origin"],
            state=row["state"],
            author=row["author"],
            why=row["why"],
            created_at=row["created_at"],
        )
        for row in tx.connection.execute(query).mappings()
    ]


def approved(tx: Tx) -> list[Value]:
    return [one.value for one in listing(tx) if one.state == APPROVED]
