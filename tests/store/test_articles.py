"""Articles in the store: the shipped seed, edits that a second person approves, schedule, history, retiring."""

from datetime import date

import pytest

from store import Store, articles, editions, seats
from store.articles import NotAllowed, Shipped

NOW = 1_795_400_000_000_000
DAY, LATER = date(2026, 11, 23), date(2027, 1, 1)
FIRST = Shipped("rights-order", "一", None)


async def seat(store: Store, login: str) -> int:
    made = await store.unit(
        lambda tx: seats.add(tx, login=login, name=login, role="lead", unit="sz", password="h", now=NOW)
    )
    assert made is not None
    return made


async def texts(store: Store, day: date = DAY) -> list[str]:
    return [one.text for one in await store.read(lambda tx: articles.live(tx, day))]


async def propose(store: Store, author: int | None, text: str, begins: date | None = None) -> int:
    file = Shipped(FIRST.name, text, begins)
    return await store.unit(lambda tx: articles.propose(tx, file, author=author, why="改", now=NOW))


async def test_the_shipped_ones_answer_from_the_first_start_and_stand_unconfirmed(store: Store) -> None:
    assert await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW)) == 1
    assert await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW)) == 0
    (live,) = await store.read(lambda tx: articles.live(tx, DAY))
    assert (live.text, live.origin, live.confirmed_by) == ("一", "shipped", None)
    one = await seat(store, "li")
    await store.unit(lambda tx: articles.confirm(tx, live.id, seat_id=one, now=NOW))
    (live,) = await store.read(lambda tx: articles.live(tx, DAY))
    assert live.confirmed_by == one


async def test_a_new_program_replaces_what_nobody_edited(store: Store) -> None:
    await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW))
    await store.unit(lambda tx: articles.seed(tx, [Shipped(FIRST.name, "二", None)], now=NOW))
    assert await texts(store) == ["二"]


async def test_an_edit_answers_only_after_a_second_person(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW))
    before = await store.read(editions.number)
    version = await propose(store, li, "改过")
    assert await texts(store) == ["一"]
    assert await store.read(editions.number) == before
    with pytest.raises(NotAllowed, match="另一位"):
        await store.unit(lambda tx: articles.approve(tx, version, seat_id=li, note="", now=NOW))
    await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=NOW))
    assert await texts(store) == ["改过"]
    assert await store.read(editions.number) == before + 1
    with pytest.raises(NotAllowed, match="处理过"):
        await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=NOW))


async def test_a_new_program_never_overwrites_an_edit(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW))
    version = await propose(store, li, "改过")
    await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=NOW))
    await store.unit(lambda tx: articles.seed(tx, [Shipped(FIRST.name, "新的随程序", None)], now=NOW))
    assert await texts(store) == ["改过"]
    newest = (await store.read(lambda tx: articles.history(tx, FIRST.name)))[0]
    assert (newest.text, newest.state, newest.origin) == ("新的随程序", "waiting", "shipped")


async def test_a_scheduled_version_takes_over_on_its_day(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW))
    version = await propose(store, li, "明年的", LATER)
    await store.unit(lambda tx: articles.approve(tx, version, seat_id=wang, note="", now=NOW))
    assert await texts(store, DAY) == ["一"]
    assert await texts(store, LATER) == ["明年的"]


async def test_retired_falls_silent_at_once_and_comes_back_by_two(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    await store.unit(lambda tx: articles.seed(tx, [FIRST], now=NOW))
    await store.unit(lambda tx: articles.retire(tx, FIRST.name, seat_id=li, note="过时", now=NOW))
    assert await texts(store) == []
    await store.unit(lambda tx: articles.seed(tx, [Shipped(FIRST.name, "新", None)], now=NOW))
    assert await texts(store) == []
    back = await propose(store, li, "一")
    await store.unit(lambda tx: articles.approve(tx, back, seat_id=wang, note="核对过", now=NOW))
    assert await texts(store) == ["一"]
    said = await store.read(lambda tx: articles.decisions(tx, FIRST.name))
    assert [(one.decision, one.who, one.note) for one in said] == [
        ("approved", "wang", "核对过"),
        ("retired", "li", "过时"),
    ]


async def test_a_newer_edit_replaces_one_that_waits_and_a_refused_one_never_answers(store: Store) -> None:
    li, wang = await seat(store, "li"), await seat(store, "wang")
    first, second = await propose(store, li, "甲"), await propose(store, wang, "乙")
    with pytest.raises(NotAllowed):
        await store.unit(lambda tx: articles.approve(tx, first, seat_id=wang, note="", now=NOW))
    await store.unit(lambda tx: articles.decline(tx, second, seat_id=li, note="不对", now=NOW))
    assert await texts(store) == []
    states = [one.state for one in await store.read(lambda tx: articles.history(tx, FIRST.name))]
    assert states == ["declined", "withdrawn"]
