"""The number of the edition that answers now: it goes up with every change, and every process looks at it."""

from sqlalchemy import insert, select, update

from store.models import edition
from store.unit import Tx

TOPIC = "knowledge"
NAME = "knowledge"


def number(tx: Tx) -> int:
    found = tx.connection.execute(select(edition.c.number).where(edition.c.name == NAME)).scalar_one_or_none()
    return int(found or 0)


def up(tx: Tx) -> None:
    done = tx.connection.execute(update(edition).where(edition.c.name == NAME).values(number=edition.c.number + 1))
    if not done.rowcount:
        tx.connection.execute(insert(edition).values(name=NAME, number=1))
    tx.announce(TOPIC)
