"""Parameters in the store: the shipped table, a change that a second person approves, the day it begins."""

from dataclasses import replace
from datetime import date

import pytest

from store import Store, editions, parameters
from store.articles import NotAllowed
from store.parameters import Value
from tests.store.test_articles import NOW, seat

HOURS = Value("order_hours", "作出决定", "72", "小时", "反家庭暴力法", "第28条", date(2016, 3, 1), "R21", None, None)


async def test_the_shipped_table_is_taken_in_once_and_follows_the_program(store: Store) -> None:
    assert await store.unit(lambda tx: parameters.seed(tx, [HOURS], now=NOW)) == 1
    assert await store.unit(lambda tx: parameters.seed(tx, [HOURS], now=NOW)) == 0
    later = replace(HOURS, zh="法院作出决定的时间")
    assert await store.unit(lambda tx: parameters.seed(tx, [later], now=NOW)) == 1
    assert await store.read(parameters.approved) == [later]


async def test_a_change_holds_after_a_second_person_and_stays_the_newest(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    await store.unit(lambda tx: parameters.seed(tx, [HOURS], now=NOW))
    before = await store.read(editions.number)
    new = replace(HOURS, value="48", fact=None, valid_from=date(2027, 1, 1))
    made = await store.unit(lambda tx: parameters.propose(tx, new, author=li, why="新法", now=NOW))
    assert await store.read(parameters.approved) == [HOURS]
    with pytest.raises(NotAllowed, match="另一位"):
        await store.unit(lambda tx: parameters.approve(tx, made, seat_id=li, now=NOW))
    await store.unit(lambda tx: parameters.approve(tx, made, seat_id=wang, now=NOW))
    assert await store.read(parameters.approved) == [HOURS, new]
    assert await store.read(editions.number) == before + 1
    await store.unit(lambda tx: parameters.seed(tx, [replace(HOURS, zh="改名")], now=NOW))
    assert (await store.read(parameters.approved))[-1] == new


async def test_a_declined_one_is_gone(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    made = await store.unit(lambda tx: parameters.propose(tx, HOURS, author=li, why="", now=NOW))
    await store.unit(lambda tx: parameters.decline(tx, made, seat_id=wang, now=NOW))
    assert await store.read(parameters.listing) == []
    with pytest.raises(NotAllowed, match="处理过"):
        await store.unit(lambda tx: parameters.approve(tx, made, seat_id=wang, now=NOW))
