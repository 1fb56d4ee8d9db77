"""Contacts: their keys, their code of three words, and being forgotten."""

from sqlalchemy import bindparam, func, insert, select, update

from store.models import code, code_try, consent, contact
from store.prepared import Prepared
from store.unit import Tx
from store.vault import Sealer

HOUR = 3_600_000_000
SOME, FEW, MANY = 10, 2, 100  # wrong codes an hour: of one address, the same while many are wrong, of all together


INSERT = Prepared(insert(contact).returning(contact.c.id))
WRAPPED = select(contact.c.wrapped_key).where(contact.c.id == bindparam("contact"))


def create(tx: Tx, *, now: int, demo: bool = False) -> int:
    wrapped = tx.vault.new_key()
    contact_id = int(INSERT.run(tx, {"wrapped_key": wrapped, "created_at": now, "demo": demo}).fetchone()[0])
    tx.sealers[contact_id] = tx.vault.sealer(wrapped)
    return contact_id


def all_of(tx: Tx) -> list[int]:
    return [int(row[0]) for row in tx.connection.execute(select(contact.c.id).order_by(contact.c.id))]


def sealer(tx: Tx, contact_id: int) -> Sealer:
    """Raises KeyErased once she has been forgotten."""
    known = tx.sealers.get(contact_id)
    if known is None:
        wrapped = tx.connection.execute(WRAPPED, {"contact": contact_id}).scalar_one()
        known = tx.sealers[contact_id] = tx.vault.sealer(wrapped)
    return known


def code_of(tx: Tx, contact_id: int) -> str | None:
    row = tx.connection.execute(
        select(code.c.words).where(code.c.contact_id == contact_id).order_by(code.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return None if row is None else sealer(tx, contact_id).open(row)


def is_free(tx: Tx, words: str) -> bool:
    mac = tx.vault.mac("code", words)
    return tx.connection.execute(select(code.c.id).where(code.c.mac == mac)).first() is None


def give_code(tx: Tx, contact_id: int, words: str, *, now: int) -> None:
    tx.connection.execute(
        insert(code).values(
            contact_id=contact_id,
            mac=tx.vault.mac("code", words),
            words=sealer(tx, contact_id).seal(words),
            created_at=now,
        )
    )


def may_try(tx: Tx, source: str | None, *, now: int) -> bool:
    """Whether this address may try another code: a delay for who guesses, never a lock for her.

    An address without a wrong try always may; one that guessed may a few times an hour, fewer while the whole system
    is being guessed at. Behind a proxy (`source` None) only the caller's own delay holds.
    """
    if source is None:
        return True
    wrong = select(func.count()).select_from(code_try).where(code_try.c.at > now - HOUR, code_try.c.hit.is_(False))
    own = tx.connection.execute(wrong.where(code_try.c.source == tx.vault.mac("code-source", source))).scalar_one()
    return bool(own < (FEW if guessed_at(tx, now=now) else SOME))


def guessed_at(tx: Tx, *, now: int) -> bool:
    """A hundred wrong codes in the last hour, over the whole system."""
    counted = tx.connection.execute(
        select(func.count()).select_from(code_try).where(code_try.c.at > now - HOUR, code_try.c.hit.is_(False))
    )
    return int(counted.scalar_one()) >= MANY


def find_by_code(tx: Tx, words: str, *, source: str | None, now: int) -> int | None:
    """The contact behind three words; every try is counted."""
    found = tx.connection.execute(
        select(code.c.contact_id)
        .join(contact, contact.c.id == code.c.contact_id)
        .where(code.c.mac == tx.vault.mac("code", words), contact.c.hidden_at.is_(None))
    ).scalar_one_or_none()
    mac = None if source is None else tx.vault.mac("code-source", source)
    tx.connection.execute(insert(code_try).values(at=now, hit=found is not None, source=mac))
    return None if found is None else int(found)


def peek_by_code(tx: Tx, words: str) -> int | None:
    """The contact behind three words, without counting a try: who looks must count it in the same transaction."""
    query = (
        select(code.c.contact_id)
        .join(contact, contact.c.id == code.c.contact_id)
        .where(code.c.mac == tx.vault.mac("code", words), contact.c.hidden_at.is_(None))
    )
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def hide(tx: Tx, contact_id: int, *, now: int, erase_at: int) -> None:
    tx.connection.execute(
        update(contact)
        .where(contact.c.id == contact_id, contact.c.hidden_at.is_(None))
        .values(hidden_at=now, erase_at=erase_at)
    )


def due_for_erasing(tx: Tx, *, now: int) -> list[int]:
    rows = tx.connection.execute(
        select(contact.c.id).where(contact.c.erase_at <= now, contact.c.wrapped_key.is_not(None))
    )
    return [int(row[0]) for row in rows]


def erase(tx: Tx, contact_id: int) -> None:
    """Destroy her key: everything sealed with it is unreadable from now on (a backup made before still holds it)."""
    tx.connection.execute(update(contact).where(contact.c.id == contact_id).values(wrapped_key=None, erase_at=None))
    tx.sealers.pop(contact_id, None)


def add_consent(tx: Tx, contact_id: int, *, purpose: str, wording: str, now: int) -> None:
    tx.connection.execute(insert(consent).values(contact_id=contact_id, purpose=purpose, wording=wording, at=now))


def rewrap_some(tx: Tx, after: int, limit: int = 500) -> tuple[int, int]:
    """Re-wrap the keys of up to `limit` contacts after id `after`; returns (last id seen, keys changed)."""
    rows = tx.connection.execute(
        select(contact.c.id, contact.c.wrapped_key).where(contact.c.id > after).order_by(contact.c.id).limit(limit)
    ).all()
    changed = 0
    for row in rows:
        fresh = None if row.wrapped_key is None else tx.vault.rewrap(row.wrapped_key)
        if fresh is not None:
            tx.connection.execute(update(contact).where(contact.c.id == row.id).values(wrapped_key=fresh))
            changed += 1
    return (rows[-1].id if rows else after), changed
