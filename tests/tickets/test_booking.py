"""Series of slots, safe times in her own words, and a database that never gives one place twice."""

import asyncio
from datetime import date, time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store import Store, Tx, bookings
from tests.tickets.casework_desk import HOUR, NOW, build_service
from tickets import safe_time
from tickets.actor import Actor
from tickets.booking import calendar
from tickets.booking.series import Series, spans
from tickets.booking.words import LABEL, near_words, span_words, when_words
from tickets.errors import Refused
from tickets.org import load_org
from tickets.receptions import load_catalogue

ORG = load_org("suzhou")
LI = Actor(1, "seat", "sz", ("sz",))


def series(**changed: object) -> Series:
    values = {
        "weekday": 2,
        "first": date(2026, 11, 23),
        "last": date(2026, 12, 9),
        "start": time(9),
        "end": time(10),
        "minutes": 30,
        "capacity": 2,
    }
    return Series(**{**values, **changed})  # type: ignore[arg-type]  # fields by name


def made(one: Series, **more: bool) -> list[str]:
    return [when_words(start) for start, _ in spans(one, hours=ORG.hours, corrections=more, now=NOW)]


def test_every_wednesday_half_an_hour_each() -> None:
    days = [found.partition("）")[0] + "）" for found in made(series())]
    assert days == ["11月25日（周三）"] * 2 + ["12月2日（周三）"] * 2 + ["12月9日（周三）"] * 2


def test_a_holiday_is_left_out_and_a_weekend_is_meant() -> None:
    assert [found for found in made(series(), **{"2026-12-02": False}) if "12月2日" in found] == []
    assert len(made(series(weekday=5, minutes=0))) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"weekday": 7}, "星期"),
        ({"first": date(2026, 11, 1)}, "从今天起"),
        ({"last": date(2026, 11, 1)}, "从今天起"),
        ({"end": time(9)}, "晚于"),
        ({"minutes": 61}, "分钟"),
        ({"capacity": 0}, "人数"),
        ({"last": date(2026, 11, 24)}, "没有可建的时段"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(store: Store, changed: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        await store.unit(lambda tx: create(tx, series(**changed)))


def create(tx: Tx, one: Series, *, unit: str = "sz", kind: str = "lawyer", place: str = "三楼") -> int:
    return calendar.create_series(build_service(), tx, LI, one, unit=unit, kind=kind, place=place, note="", now=NOW)


@pytest.mark.parametrize("changed", [{"unit": "kunshan"}, {"kind": "dentist"}, {"place": "  "}])
async def test_only_her_own_unit_a_known_kind_and_a_place(store: Store, changed: dict[str, str]) -> None:
    with pytest.raises(Refused):
        await store.unit(lambda tx: create(tx, series(), **changed))


async def test_many_hands_and_never_one_place_too_many(store: Store) -> None:
    await store.unit(lambda tx: create(tx, series(minutes=0, capacity=7)))
    taken = await asyncio.gather(
        *(store.unit(lambda tx: bookings.take_place(tx, 1, now=NOW)) for _ in range(60)),
    )
    assert sum(taken) == 7
    slot = await store.read(lambda tx: bookings.get_slot(tx, 1))
    assert slot is not None
    assert slot.free == 0
    with pytest.raises(IntegrityError):
        await store.unit(lambda tx: tx.connection.execute(text("UPDATE slot SET taken = taken + 1 WHERE id = 1")))
    with pytest.raises(IntegrityError):
        await store.unit(lambda tx: tx.connection.execute(text("UPDATE slot SET taken = -1 WHERE id = 1")))


async def test_nothing_is_taken_of_the_past_or_of_what_was_called_off(store: Store) -> None:
    await store.unit(lambda tx: create(tx, series(minutes=0)))
    assert not await store.unit(lambda tx: bookings.take_place(tx, 1, now=NOW + 10 * 24 * HOUR))
    await store.unit(lambda tx: calendar.call_off(build_service(), tx, LI, 1, now=NOW))
    assert not await store.unit(lambda tx: bookings.take_place(tx, 1, now=NOW))
    with pytest.raises(Refused, match="取消过"):
        await store.unit(lambda tx: calendar.call_off(build_service(), tx, LI, 1, now=NOW))


async def test_another_unit_s_slot_looks_absent(store: Store) -> None:
    await store.unit(lambda tx: create(tx, series(minutes=0)))
    far = Actor(2, "seat", "kunshan", ("kunshan",))
    with pytest.raises(Refused) as refused:
        await store.unit(lambda tx: calendar.call_off(build_service(), tx, far, 1, now=NOW))
    assert refused.value.status == 404


def test_the_catalogue_names_kinds_and_no_times() -> None:
    catalogue = load_catalogue("suzhou")
    assert [kind.name for kind in catalogue.kinds.values()] == [
        "主席接待日",
        "机关干部接待日",
        "志愿律师接待日",
        "心理咨询",
        "婚姻家庭咨询",
    ]
    said = {
        "想约个律师": "lawyer",
        "给我妈约心理老师": "psychology",
        "约调解室": "family",
        "主席接待日什么时候": "chair",
    }
    assert {words: getattr(catalogue.named(words), "key", None) for words in said} == said
    assert catalogue.named("随便约一个") is None


def test_a_slot_in_words() -> None:
    nine = NOW - HOUR + 2 * 24 * HOUR
    assert span_words(nine, nine + HOUR // 2) == "11月25日（周三）9:00到9:30"
    assert LABEL.match(when_words(nine))
    assert (near_words(NOW + 24 * HOUR, NOW), near_words(NOW, NOW)) == ("明天", "今天")


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("晚上七点以后", (19, 20.5)),
        ("下午两点到四点", (14, 16)),
        ("上午九点半到十一点", (9.5, 11)),
        ("白天都可以", (8.5, 17.5)),
        ("晚上别打", (8.5, 17.5)),
        ("下班后不要打", (8.5, 17.5)),
        ("三点以后", (15, 20.5)),
        ("早上8点前", None),
        ("十二点之前", (8, 12)),
        ("中午", (11.5, 13.5)),
        ("随时", None),
        ("13812345678", None),
    ],
)
def test_a_safe_time_in_her_own_words(said: str, hours: tuple[float, float] | None) -> None:
    found = safe_time.read(said)
    assert (None if found is None else (found.start / 60, found.end / 60)) == hours


def test_the_window_opens_today_tomorrow_or_now() -> None:
    evening = safe_time.Window(19 * 60, 20 * 60)
    assert evening.opens(NOW) == NOW + 9 * HOUR
    assert evening.opens(NOW + 9 * HOUR + 1) == NOW + 9 * HOUR + 1
    assert evening.opens(NOW + 10 * HOUR) == NOW + 33 * HOUR
