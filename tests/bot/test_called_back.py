"""She wants to be called: a sealed number, a safe time, an outcome for every try; and every notice obeys her."""

from pathlib import Path

import pytest

from bot.channels.base import Refused
from bot.outbox import Outbox
from handlers.phrases import say
from store import Store, Tx, access_log, callbacks, tickets
from store.callbacks import Callback
from tests.bot.arranged import code_of, hers, seat
from tests.bot.kit import Clock, Woman, Written, open_core, words
from tickets import callbacks as work
from tickets import casework
from tickets.errors import Refused as NotAllowed

HOUR = 3600 * 1_000_000
NUMBER = "13812345678"


async def call_of(store: Store, ticket_id: int = 1) -> Callback:
    found = await store.read(lambda tx: callbacks.open_of_ticket(tx, ticket_id))
    assert found is not None
    return found


async def test_number_time_and_whether_to_say_who(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        assert say("callback.number") in words(await woman.says("给我回个电话吧"))
        assert say("callback.when") in words(await woman.says(NUMBER))
        assert say("callback.named") in words(await woman.says("晚上七点以后"))
        assert say("callback.done") in words(await woman.says("别说是谁"))
        call = await call_of(store)
        assert (call.masked, call.named, call.why) == ("138****78", False, "asked")
        assert call.safe_words == "晚上七点以后"
        assert call.due_at == clock.now + 9 * HOUR, "this evening at seven"
        consent = await store.read(_consents)
        assert consent == [("callback", "2")]
        assert NUMBER.encode() not in await store.read(_everything)


def _consents(tx: Tx) -> list[tuple[str, str]]:
    rows = tx.connection.exec_driver_sql("SELECT purpose, wording FROM consent").all()
    return [(row[0], row[1]) for row in rows]


def _everything(tx: Tx) -> bytes:
    rows = tx.connection.exec_driver_sql("SELECT number, safe_words FROM callback").all()
    return b"".join(bytes(value) for row in rows for value in row if value is not None)


async def test_what_she_has_said_is_not_asked_again(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        asked = words(await woman.says(f"能给我打个电话吗 {NUMBER} 下午两点到四点"))
        assert say("callback.named") in asked
        assert say("callback.number") not in asked
        await woman.says("可以说")
        call = await call_of(store)
        assert call.named
        assert call.due_at == clock.now + 4 * HOUR
        # A second wish asks nothing: everything is known.
        again = words(await woman.says("给我回个电话"))
        assert say("callback.when") not in again


async def test_the_number_of_intake_becomes_the_call(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("我在吴江上班，老板拖了我三个月工资不给")
        assert say("intake.contact") in words(await woman.says("找人"))
        assert say("callback.named") in words(await woman.says(f"{NUMBER} 晚上别打"))
        await woman.says("跳过")
        call = await call_of(store)
        assert (call.masked, call.named) == ("138****78", False)
        facts = await store.read(lambda tx: tickets.facts(tx, tickets.of_contact(tx, 1)[0]))
        assert NUMBER not in str(facts.get("what"))


async def test_a_number_given_before_is_only_confirmed(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says(f"我在吴江上班，老板拖了我三个月工资不给，我电话{NUMBER}")
        asked = words(await woman.says("找人"))
        assert say("callback.reuse") in asked
        assert say("intake.contact") not in asked
        assert await store.read(lambda tx: callbacks.open_of_ticket(tx, 1)) is None, "not without her word"
        await woman.says("可以打")
        assert (await call_of(store)).masked == "138****78"


async def test_every_try_has_an_outcome(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        await Woman(core, clock).says(f"给我打电话 {NUMBER}")
        call = await call_of(store)

        async def settle(outcome: str, note: str = "") -> Callback:
            return await store.unit(
                lambda tx: work.settle(core.service, tx, li, call.id, outcome=outcome, note=note, now=clock.now)
            )

        first = await settle("not_reached")
        assert (first.attempts, first.state) == (1, "open")
        assert first.due_at > clock.now
        second = await settle("wrong_person")
        assert (second.attempts, second.masked) == (2, None), "a stranger's number is not called again"
        with pytest.raises(NotAllowed, match="写下说了什么"):
            await settle("reached")
        assert (await settle("reached", "她说明天来")).state == "reached"
        (ticket,) = await hers(core)
        assert ticket.first_reply_at == clock.now
        kinds = await store.read(lambda tx: [event.kind for event in tickets.events(tx, ticket)])
        assert kinds[-3:] == ["callback_not_reached", "callback_wrong_person", "callback_reached"]
        assert [one.outcome for one in await store.read(lambda tx: callbacks.tries(tx, call))] == [
            "not_reached",
            "wrong_person",
            "reached",
        ]


async def test_the_number_lies_behind_a_reason(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, far = await seat(core, clock), await seat(core, clock, "zhao", unit="kunshan")
        await Woman(core, clock).says(f"给我打电话 {NUMBER}")
        call = await call_of(store)
        with pytest.raises(NotAllowed, match="为什么"):
            await work.reveal(store, li, call.id, reason=" ", now=clock.now)
        with pytest.raises(NotAllowed):
            await work.reveal(store, far, call.id, reason="好奇", now=clock.now)
        assert await work.reveal(store, li, call.id, reason="现在回拨", now=clock.now) == NUMBER
        looks = await store.read(lambda tx: access_log.of_ticket(tx, call.ticket_id))
        assert [(look.action, look.reason) for look in looks] == [("callback.reveal", "现在回拨")]
        assert await store.read(lambda tx: callbacks.queue(tx, seat_id=far.seat_id, units=far.units)) == []


async def test_an_undelivered_reply_becomes_a_call(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says("我要找人")
        (ticket,) = await hers(core)
        await store.unit(lambda tx: tickets.add_event(tx, ticket, "callback_needed", now=clock.now, actor="clock"))
        assert await store.unit(lambda tx: work.sweep(core.service, tx, now=clock.now)) == 1
        assert await store.unit(lambda tx: work.sweep(core.service, tx, now=clock.now)) == 0
        call = await call_of(store)
        assert (call.why, call.masked) == ("undelivered", None)


@pytest.mark.parametrize(("wrote", "kind"), [("我要找人", "undelivered"), ("他拿着刀在砸门", callbacks.NEEDED)])
async def test_an_undelivered_reply_calls_nobody_who_wants_no_calls(
    store: Store, tmp_path: Path, wrote: str, kind: str
) -> None:
    """Except in danger, where a person decides."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        woman = Woman(core, clock)
        await woman.says(wrote)
        await woman.says("别给我打电话")
        await store.unit(lambda tx: casework.reply(core.service, tx, li, 1, "请带上劳动合同", now=clock.now))
        clock.now += HOUR // 60  # past the leases of what her own requests showed
        channel = Written(fails=[Refused("gone")] * 9)
        out = Outbox(store, {"terminal": channel}, clock)
        while await out.round():
            pass
        (ticket,) = await hers(core)
        kinds = await store.read(lambda tx: {event.kind for event in tickets.events(tx, ticket)})
        assert kinds & {"undelivered", callbacks.NEEDED} == {kind}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", "staff.nudge"),
        ("可以说是妇联", "staff.nudge_named"),
        ("不要提醒", None),
        ("只能下午联系我", None),
    ],
)
async def test_a_neutral_line_obeys_her(store: Store, tmp_path: Path, said: str, expected: str | None) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        woman = Woman(core, clock)
        await woman.says("我要找人")
        if said:
            await woman.says(said)
        clock.now += HOUR
        await store.unit(lambda tx: casework.reply(core.service, tx, li, 1, "请带上劳动合同", now=clock.now))
        channel = Written()
        out = Outbox(store, {"terminal": channel}, clock)
        while await out.round():
            pass
        sent = [line.text for line in channel.got if line.text in {say("staff.nudge"), say("staff.nudge_named")}]
        assert sent == ([say(expected)] if expected else [])
        if said == "只能下午联系我":
            clock.now += 2 * HOUR + HOUR // 2  # 13:30
            while await out.round():
                pass
            assert [line.text for line in channel.got][-1] == say("staff.nudge")
        assert "请带上劳动合同" in words(await woman.says("看回复"))


async def test_a_line_put_off_blocks_no_answer(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        woman = Woman(core, clock)
        await woman.says("我要找人")
        await woman.says("只能下午联系我")
        clock.now += HOUR
        await store.unit(lambda tx: casework.reply(core.service, tx, li, 1, "请带上劳动合同", now=clock.now))
        channel = Written()
        out = Outbox(store, {"terminal": channel}, clock)
        while await out.round():
            pass
        before = len(channel.got)
        await woman.says("谢谢", same_breath=False)
        while await out.round():
            pass
        assert len(channel.got) > before


async def test_her_words_come_with_it(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        told = words(await Woman(core, clock).says("给我回个电话"))
        assert await code_of(core) in told


async def test_what_she_says_later_holds_for_the_planned_call(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says(f"给我回个电话吧 {NUMBER} 晚上七点以后")
        await woman.says("可以说")
        assert say("reach.when") in words(await woman.says("还是下午两点到四点打给我"))
        assert (await call_of(store)).due_at == clock.now + 4 * HOUR
        assert say("reach.when") in words(await woman.says("改到晚上七点以后"))
        assert (await call_of(store)).due_at == clock.now + 9 * HOUR
        await woman.says("不要说是谁发的")
        assert not (await call_of(store)).named
        assert say("reach.here") in words(await woman.says("别给我打电话"))
        assert await store.read(lambda tx: callbacks.open_of_ticket(tx, 1)) is None
        (ticket,) = await hers(core)
        events = await store.read(lambda tx: [(one.kind, one.actor) for one in tickets.events(tx, ticket)])
        assert ("callback_ended", "her") in events


async def test_in_danger_a_person_decides_about_the_call(store: Store, tmp_path: Path) -> None:
    """He may hold her phone."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("他拿着刀在砸门")
        await store.unit(
            lambda tx: work.create(core.service, tx, 1, why="staff", number=NUMBER, named=False, now=clock.now)
        )
        await woman.says("别给我打电话")
        assert (await call_of(store)).masked == "138****78"
        (ticket,) = await hers(core)
        events = await store.read(lambda tx: [one.kind for one in tickets.events(tx, ticket)])
        assert "callback_unwanted" in events
