"""Calls by the rules: danger only rises, every call ends with an outcome, missed ones are called back in time."""

from datetime import datetime

import pytest

from store import Store, Tx, access_log, alarms, callbacks, calls, tickets
from store.calls import Call
from tests.tickets.casework_desk import HOUR, MINUTE, NOW, Bench, build_bench
from tickets import phone
from tickets.actor import Actor
from tickets.errors import Refused
from tickets.workdays import BEIJING

NUMBER = "13812345678"


@pytest.fixture
async def bench(store: Store) -> Bench:
    return await build_bench(store)


async def ring(bench: Bench, actor: Actor | None = None, text: str = "", number: str = "") -> int:
    who = actor or bench.li
    call_id = await bench.store.unit(lambda tx: phone.answer(tx, who, now=NOW))
    await bench.store.unit(lambda tx: phone.save(tx, who, call_id, text, now=NOW))
    if number:
        await bench.store.unit(lambda tx: phone.set_number(tx, who, call_id, number))
    return call_id


async def call_of(bench: Bench, call_id: int) -> Call:
    found = await bench.store.read(lambda tx: calls.get(tx, call_id))
    assert found is not None
    return found


async def danger(
    bench: Bench, call_id: int, kind: str, level: str, *, sure: bool = True, by_hand: bool = False
) -> bool:
    return await bench.store.unit(
        lambda tx: phone.raise_danger(
            bench.service, tx, bench.li, call_id, kind=kind, level=level, sure=sure, by_hand=by_hand, now=NOW
        )
    )


async def open_ticket(bench: Bench, call_id: int, *, topic: str = "rights_dv", unit: str | None = None) -> int:
    def work(tx: Tx) -> int:
        call = phone.mine(tx, bench.li, call_id)
        number = calls.number_of(tx, call)
        phone.open_ticket(bench.service, tx, bench.li, call, topic=topic, unit=unit, number=number, now=NOW)
        return phone.mine(tx, bench.li, call_id).ticket_id or 0

    return await bench.store.unit(work)


async def end(bench: Bench, call_id: int, outcome: str) -> None:
    await bench.store.unit(lambda tx: phone.end(bench.service, tx, bench.li, call_id, outcome=outcome, now=NOW))


async def test_danger_rises_and_stays_when_the_words_are_deleted(bench: Bench) -> None:
    call_id = await ring(bench, text="他拿刀砸门")
    assert await danger(bench, call_id, "threat", "urgent", sure=False)
    assert await danger(bench, call_id, "threat", "urgent")
    assert await danger(bench, call_id, "violence_now", "immediate")
    assert not await danger(bench, call_id, "violence_recent", "watch")
    await bench.store.unit(lambda tx: phone.save(tx, bench.li, call_id, "", now=NOW))
    call = await call_of(bench, call_id)
    assert (call.danger_kind, call.danger_level, call.body) == ("violence_now", "immediate", "")
    for outcome in phone.OUTCOMES:
        with pytest.raises(Refused):
            await end(bench, call_id, outcome)


async def test_a_person_dismisses_it_with_a_reason_that_is_kept(bench: Bench) -> None:
    call_id = await ring(bench, text="以前他打过我")
    await danger(bench, call_id, "violence_recent", "watch")

    async def dismiss(reason: str) -> None:
        await bench.store.unit(
            lambda tx: phone.dismiss(tx, bench.li, call_id, judged=["以前他打过我"], reason=reason, now=NOW)
        )

    with pytest.raises(Refused, match="依据"):
        await dismiss(" ")
    await dismiss("十年前的事，早已离婚")
    call = await call_of(bench, call_id)
    assert (call.danger_kind, call.dismissed) == (None, ("以前他打过我",))
    looks = await bench.store.read(lambda tx: access_log.of_seat(tx, bench.li.seat_id, since=0))
    assert [look.action for look in looks] == ["call.dismiss"]
    ticket_id = await open_ticket(bench, call_id, topic="job_training")
    found = await bench.store.read(lambda tx: tickets.get(tx, ticket_id))
    assert found is not None
    noted = await bench.store.read(lambda tx: tickets.events(tx, found))
    assert [event.note for event in noted if event.kind == "call_dismissed"] == ["十年前的事，早已离婚"]


@pytest.mark.parametrize(
    ("kind", "level", "sure", "taken", "rings"),
    [
        ("violence_now", "immediate", True, "immediate", True),
        ("threat", "urgent", True, "urgent", True),
        ("violence_recent", "watch", True, "watch", False),
        ("violence_now", "immediate", False, "watch", False),  # in doubt: on top of the queue, without alarm
    ],
)
async def test_the_ticket_takes_the_danger_and_rings(
    bench: Bench, kind: str, level: str, sure: bool, taken: str, rings: bool
) -> None:
    call_id = await ring(bench, text="他在外面", number=NUMBER)
    await danger(bench, call_id, kind, level, sure=sure)
    ticket_id = await open_ticket(bench, call_id)
    found = await bench.store.read(lambda tx: tickets.get(tx, ticket_id))
    assert found is not None
    assert (found.danger_kind, found.danger_level, found.owner, found.source) == (
        kind,
        taken,
        bench.li.seat_id,
        "phone",
    )
    assert bool(await bench.store.read(lambda tx: alarms.of_ticket(tx, ticket_id))) is rings
    assert await bench.store.read(lambda tx: tickets.facts(tx, found)) == {"what": "他在外面", "contact": NUMBER}
    await end(bench, call_id, "ticket")
    assert (await call_of(bench, call_id)).outcome == "ticket"


async def test_danger_after_the_ticket_rings_too_and_late_words_are_added(bench: Bench) -> None:
    call_id = await ring(bench, text="想问离婚")
    ticket_id = await open_ticket(bench, call_id)
    assert await bench.store.read(lambda tx: alarms.of_ticket(tx, ticket_id)) == []
    await bench.store.unit(lambda tx: phone.save(tx, bench.li, call_id, "想问离婚。他现在砸门", now=NOW))
    await danger(bench, call_id, "violence_now", "immediate")
    assert await open_ticket(bench, call_id) == ticket_id
    assert len(await bench.store.read(lambda tx: alarms.of_ticket(tx, ticket_id))) == 1
    await end(bench, call_id, "police")
    found = await bench.store.read(lambda tx: tickets.get(tx, ticket_id))
    assert found is not None
    assert (await bench.store.read(lambda tx: tickets.facts(tx, found)))["what"] == "想问离婚。他现在砸门"


async def test_a_ticket_of_another_unit_is_left_to_that_unit(bench: Bench) -> None:
    ticket_id = await open_ticket(bench, await ring(bench, text="我在昆山"), unit="kunshan")
    found = await bench.store.read(lambda tx: tickets.get(tx, ticket_id))
    assert found is not None
    assert (found.unit, found.owner, found.state) == ("kunshan", None, "received")


async def test_a_danger_ticket_never_waits_for_words(bench: Bench) -> None:
    call_id = await ring(bench)
    with pytest.raises(Refused, match="她说的事"):
        await open_ticket(bench, call_id)
    await danger(bench, call_id, "violence_now", "immediate", by_hand=True)
    assert await open_ticket(bench, call_id)


async def test_a_call_back_stands_on_the_ticket(bench: Bench) -> None:
    call_id = await ring(bench, text="不方便说", number=NUMBER)
    with pytest.raises(Refused, match="先开单"):
        await _call_back(bench, call_id)
    with pytest.raises(Refused, match="还没有约回拨"):
        await end(bench, call_id, "callback")
    ticket_id = await open_ticket(bench, call_id)
    due = await _call_back(bench, call_id)
    made = await bench.store.read(lambda tx: callbacks.open_of_ticket(tx, ticket_id))
    assert made is not None
    assert (made.masked, made.safe_words, made.due_at) == ("138****78", "下午三点以后", due)
    assert datetime.fromtimestamp(due / 1e6, BEIJING).hour == 15
    await end(bench, call_id, "callback")


async def _call_back(bench: Bench, call_id: int) -> int:
    def work(tx: Tx) -> int:
        call = phone.mine(tx, bench.li, call_id)
        number = calls.number_of(tx, call)
        return phone.call_back(
            bench.service, tx, bench.li, call, safe_words="下午三点以后", named=False, number=number, now=NOW
        )

    return await bench.store.unit(work)


async def test_a_silent_call_is_possible_danger(bench: Bench) -> None:
    call_id = await ring(bench, number=NUMBER)
    with pytest.raises(Refused, match="没有声音"):
        await end(bench, call_id, "silent")
    await bench.store.unit(lambda tx: phone.set_silent(tx, bench.li, call_id, now=NOW))
    with pytest.raises(Refused, match="沉默来电"):
        await end(bench, call_id, "hung_up")
    await end(bench, call_id, "silent")
    (listed,) = await bench.store.read(lambda tx: calls.waiting(tx, seat_id=bench.chen.seat_id, units=("gusu",)))
    assert (listed.id, listed.silent, listed.outcome, listed.due_at) == (call_id, True, "silent", NOW + HOUR // 2)
    await bench.store.unit(lambda tx: phone.take(tx, bench.chen, call_id, now=NOW))
    await bench.store.unit(lambda tx: phone.drop(tx, bench.chen, call_id, reason="同号已打来，报过平安", now=NOW))
    assert (await call_of(bench, call_id)).outcome == "silent"


async def test_a_silent_call_without_a_number_just_ends(bench: Bench) -> None:
    call_id = await ring(bench)
    await bench.store.unit(lambda tx: phone.set_silent(tx, bench.li, call_id, now=NOW))
    await end(bench, call_id, "silent")
    assert (await call_of(bench, call_id)).state == calls.ENDED


async def test_only_who_answered_has_the_call_in_hand(bench: Bench) -> None:
    call_id = await ring(bench, text="秘密")
    for other in (bench.chen, bench.wang, bench.zhao, bench.sun):
        with pytest.raises(Refused, match="没有这通电话"):
            await bench.store.unit(lambda tx, other=other: phone.save(tx, other, call_id, "x", now=NOW))  # type: ignore[misc]  # bound early


async def test_earlier_calls_are_a_count_until_a_reason_is_logged(bench: Bench) -> None:
    await end(bench, await ring(bench, text="上次说的", number="138 1234 5678"), "answered")
    await bench.store.unit(lambda tx: phone.answer(tx, bench.zhao, now=NOW))
    call_id = await ring(bench, number=NUMBER)
    call = await call_of(bench, call_id)
    assert await bench.store.read(lambda tx: phone.count(tx, bench.li, call)) == 1
    with pytest.raises(Refused, match="为什么"):
        await phone.look_back(bench.store, bench.li, call_id, reason=" ", now=NOW)
    assert await bench.store.read(lambda tx: access_log.of_seat(tx, bench.li.seat_id, since=0)) == []
    ((found, _),) = await phone.look_back(bench.store, bench.li, call_id, reason="她说上周打过", now=NOW)
    assert found.body == "上次说的"
    looks = await bench.store.read(lambda tx: access_log.of_seat(tx, bench.li.seat_id, since=0))
    assert [(look.action, look.data) for look in looks] == [("call.earlier", {"call": call_id})]
    (step,) = [one for one in await bench.store.read(lambda tx: calls.steps(tx, call)) if one.kind == "looked_back"]
    assert step.note == "她说上周打过"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("13812345678", (NUMBER, NOW)),
        ("138 1234 5678", (NUMBER, NOW)),
        ("2026-11-22 21:15 13812345678", (NUMBER, at("2026-11-22 21:15"))),
        ("11-22 21:15\t+86 13812345678", (NUMBER, at("2026-11-22 21:15"))),
        ("13812345678，11月22日 21：15", (NUMBER, at("2026-11-22 21:15"))),
        ("09:40 13812345678", (NUMBER, at("2026-11-23 09:40"))),
        ("21:15 13812345678", (NUMBER, at("2026-11-22 21:15"))),  # later than now: yesterday
        ("12/24 08:00 0512-65123456", ("051265123456", at("2025-12-24 08:00"))),
        ("没有号码", None),
        ("25:61 13812345678", None),
        ("2027-01-01 08:00 13812345678", None),  # has not happened yet
    ],
)
def test_pasted_lines(line: str, expected: tuple[str, int] | None) -> None:
    read = phone.parse(line, now=NOW)
    assert read.calls == ((expected,) if expected else ())
    assert read.unread == (() if expected else (line,))


async def test_missed_calls_are_due_by_the_service_hours_and_called_back_by_one(bench: Bench) -> None:
    text = "11-22 21:15 13812345678\n看不懂\n11-23 09:50 13900001111\n"
    new, read = await bench.store.unit(lambda tx: phone.paste(bench.service, tx, bench.li, text, now=NOW))
    assert (new, read.unread) == (2, ("看不懂",))
    again, _ = await bench.store.unit(lambda tx: phone.paste(bench.service, tx, bench.li, text, now=NOW))
    assert again == 0
    listed = await bench.store.read(lambda tx: calls.waiting(tx, seat_id=bench.li.seat_id, units=("gusu",)))
    dues = [datetime.fromtimestamp((one.due_at or 0) / 1e6, BEIJING) for one in listed]
    assert all(due.date().isoformat() == "2026-11-23" for due in dues)  # Sunday night counts from Monday's opening
    first = listed[0].id
    await bench.store.unit(lambda tx: phone.take(tx, bench.li, first, now=NOW))
    with pytest.raises(Refused, match="已经有人"):
        await bench.store.unit(lambda tx: phone.take(tx, bench.chen, first, now=NOW))
    assert await phone.show_number(bench.store, bench.li, first, now=NOW) == NUMBER
    with pytest.raises(Refused):
        await phone.show_number(bench.store, bench.chen, first, now=NOW)
    looks = await bench.store.read(lambda tx: access_log.of_seat(tx, bench.li.seat_id, since=0))
    assert [look.action for look in looks] == ["call.number"]
    await bench.store.unit(lambda tx: phone.not_reached(bench.service, tx, bench.li, first, now=NOW + 5 * MINUTE))
    free = await call_of(bench, first)
    assert (free.seat_id, free.attempts, free.state) == (None, 1, calls.WAITING)
    assert (free.due_at or 0) > NOW + HOUR
    await bench.store.unit(lambda tx: phone.take(tx, bench.chen, first, now=NOW))
    await bench.store.unit(lambda tx: phone.connect(tx, bench.chen, first, now=NOW))
    (line,) = await bench.store.read(lambda tx: calls.drafts(tx, bench.chen.seat_id))
    assert (line.id, line.kind) == (first, calls.MISSED)


async def test_another_unit_does_not_see_missed_calls(bench: Bench) -> None:
    await bench.store.unit(lambda tx: phone.paste(bench.service, tx, bench.li, NUMBER, now=NOW))
    assert await bench.store.read(lambda tx: calls.waiting(tx, seat_id=bench.zhao.seat_id, units=("kunshan",))) == []
    (listed,) = await bench.store.read(lambda tx: calls.waiting(tx, seat_id=bench.sun.seat_id, units=None))
    with pytest.raises(Refused, match="没有这通电话"):
        await bench.store.unit(lambda tx: phone.take(tx, bench.zhao, listed.id, now=NOW))
