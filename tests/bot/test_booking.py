"""She books, moves and cancels in her own words; no place is given twice; one neutral line the day before."""

import asyncio
from datetime import date, time
from pathlib import Path

import pytest

from bot.channels.base import Delivery
from bot.keeper import Keeper
from bot.outbox import Outbox
from handlers.phrases import say
from store import Store, bookings, callbacks, tickets
from store.bookings import TOPIC
from tests.bot.arranged import booked, code_of, hers, seat, slots
from tests.bot.kit import Clock, Woman, Written, open_core, words
from tickets.booking import calendar
from tickets.booking.words import when_words

HOUR = 3600 * 1_000_000
FIRST = "11月25日（周三）9:00"
SECOND = "11月25日（周三）9:30"
TAKE = say("button.take")


def shown(receipt: object) -> list[str]:
    return [button for reply in receipt.replies for button in reply.buttons]  # type: ignore[attr-defined]  # a Receipt


async def delivered(store: Store, clock: Clock) -> list[Delivery]:
    """What leaves when the page that asked is gone."""
    clock.pass_seconds(11)
    channel = Written()
    out = Outbox(store, {"terminal": channel}, clock)
    while await out.round():
        pass
    return channel.got


async def take(woman: Woman, label: str = FIRST) -> str:
    await woman.says("预约律师")
    await woman.says(label)
    return words(await woman.says(TAKE))


async def test_from_the_wish_to_the_three_words(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        asked = await woman.says("预约律师")
        assert shown(asked) == [FIRST, SECOND, "11月25日（周三）10:00", "都不是", "找人"]
        confirm = await woman.says(SECOND)
        assert "三楼接待室" in words(confirm)
        assert shown(confirm) == [TAKE, say("button.other_time"), say("button.not_now")]
        assert await booked(core) == []
        done = words(await woman.says(TAKE))
        assert "约好了" in done
        assert await code_of(core) in done
        (one,) = await booked(core)
        assert (when_words(one.slot.start_at), one.slot.taken, one.state) == (SECOND, 1, "booked")
        (ticket,) = await hers(core)
        assert (ticket.topic, ticket.unit, ticket.first_reply_at) == ("rights_legal_aid", "sz", clock.now)
        assert ticket.due_close is not None
        assert ticket.due_close > one.slot.end_at
        events = await store.read(lambda tx: [event.kind for event in tickets.events(tx, ticket)])
        assert events == ["opened", "booking_booked"]


@pytest.mark.parametrize("said", ["第二个", "2", "9:30那个", "周三9点半"])
async def test_a_time_in_her_own_words(store: Store, tmp_path: Path, said: str) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock), end=time(10))
        woman = Woman(core, clock)
        await woman.says("预约律师")
        confirm = words(await woman.says(said))
        assert SECOND in confirm


async def test_none_of_these_shows_the_next_ones_and_then_a_person(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock), end=time(11, 30))
        woman = Woman(core, clock)
        await woman.says("预约律师")
        more = await woman.says("都不是")
        assert shown(more)[:2] == ["11月25日（周三）10:30", "11月25日（周三）11:00"]
        last = await woman.says("都不是")
        assert words(last) == say("book.no_more")
        assert say("code.line", code="").split("：")[0] in words(await woman.says("好的"))
        (ticket,) = await hers(core)
        assert ticket.topic == "rights_legal_aid"


async def test_a_place_she_was_shown_and_lost_is_said_plainly(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock), end=time(10))
        slow, fast = Woman(core, clock, "slow"), Woman(core, clock, "fast")
        await slow.says("预约律师")
        await slow.says(FIRST)
        await take(fast)
        told = await slow.says(TAKE)
        assert say("book.gone") in words(told)
        assert shown(told)[0] == SECOND
        await slow.says(SECOND)
        assert "约好了" in words(await slow.says(TAKE))


async def test_many_at_once_and_no_place_is_given_twice(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        core.reader.patience = 60
        await slots(core, clock, await seat(core, clock), capacity=3, minutes=0, end=time(10))
        women = [Woman(core, clock, f"w{number}") for number in range(12)]
        for woman in women:
            await woman.says("预约律师")
            await woman.says(FIRST)
        receipts = await asyncio.gather(*(woman.says(TAKE) for woman in women))
        done = [receipt for receipt in receipts if "约好了" in words(receipt)]
        assert len(done) == 3
        refused = {words(receipt) for receipt in receipts if receipt not in done}
        assert refused == {say("book.no_more")}
        (slot,) = await store.read(lambda tx: bookings.between(tx, units=None, start=0, end=2**62))
        assert (slot.taken, slot.free) == (3, 0)


async def test_cancel_and_move(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        await take(woman)
        mine = await woman.says("我的预约")
        assert FIRST in words(mine)
        moving = await woman.says("改时间")
        assert shown(moving)[:2] == [SECOND, "11月25日（周三）10:00"]
        await woman.says(SECOND)
        assert words(await woman.says(TAKE)).startswith("改好了")
        (one,) = await booked(core)
        assert when_words(one.slot.start_at) == SECOND
        free = await store.read(lambda tx: bookings.free_slots(tx, kind="lawyer", since=0))
        assert [slot.id for slot in free] == [1, 3], "the old place is free again"
        await woman.says("我不去了，取消预约")
        assert "取消了" in words(await woman.says("取消预约"))
        assert await booked(core) == []
        slot = await store.read(lambda tx: bookings.get_slot(tx, one.slot.id))
        assert slot is not None
        assert slot.taken == 0


async def test_with_her_words_from_another_session(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        await take(Woman(core, clock))
        code = await code_of(core)
        other = Woman(core, clock, "elsewhere")
        assert words(await other.says("取消预约")).startswith(say("book.mine_none")[:8])
        assert words(await other.says("对的 不对 错的")) != ""
        assert await booked(core)
        await other.says("取消预约")
        asked = await other.says(code)
        assert FIRST in words(asked)
        assert "取消了" in words(await other.says("取消预约"))
        assert await booked(core) == []


async def test_wrong_words_open_and_cancel_nothing(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        await take(Woman(core, clock))
        guesser = Woman(core, clock, "guesser")
        wrong = " ".join(core.org.words[:3])
        await guesser.says("取消预约")
        for _ in range(12):
            assert words(await guesser.says(wrong)) == say("code.wrong")
        right = await code_of(core)
        assert words(await guesser.says(right)) == say("code.wrong"), "who guessed too often waits, and is not told why"
        assert len(await booked(core)) == 1


async def test_an_open_matter_of_hers_goes_with_it(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        await woman.says("前夫三年没给孩子抚养费，我想起诉他")
        await woman.says("找人")
        for _ in range(3):
            await woman.says("跳过")
        await take(woman)
        assert len(await hers(core)) == 1


def keeper_of(core: object, tmp_path: Path) -> Keeper:
    return Keeper(core.store, core.clock, core.service, var=tmp_path, keys=tmp_path / "keys" / "master.json")  # type: ignore[attr-defined]  # a Core


async def test_one_neutral_line_the_day_before(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        await take(Woman(core, clock))
        keeper = keeper_of(core, tmp_path)
        assert await keeper.remind() == 0, "two days before nobody is reminded"
        clock.now += 30 * HOUR  # Tuesday 16:00
        assert await keeper.remind() == 0
        clock.now += HOUR  # 17:00
        assert await keeper.remind() == 1
        assert await keeper_of(core, tmp_path).remind() == 0, "a restart reminds nobody twice"
        line = (await delivered(store, clock))[-1]
        assert line.text == say("book.remind", when="明天")
        assert not any(word in line.text for word in ("律师", "妇联", "接待", "9:00"))
        assert FIRST in words(await Woman(core, clock, count=50).says(line.buttons[0]))


@pytest.mark.parametrize("said", ["不要提醒", "他来了"])
async def test_what_she_said_is_obeyed(store: Store, tmp_path: Path, said: str) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        woman = Woman(core, clock)
        await take(woman)
        await woman.says(said)
        clock.now += 31 * HOUR
        keeper = keeper_of(core, tmp_path)
        assert await keeper.remind() == 0
        await woman.says("我的预约")
        assert await keeper.remind() == (1 if said == "他来了" else 0), "a pause ends when she writes"


async def test_missed_at_night_it_goes_out_in_the_morning(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        await take(Woman(core, clock))
        keeper = keeper_of(core, tmp_path)
        clock.now += 37 * HOUR  # Tuesday 23:00: the program stood still at five
        assert await keeper.remind() == 0
        clock.now += 9 * HOUR + HOUR // 2 + 60_000_000  # Wednesday 8:31
        assert await keeper.remind() == 1


async def test_two_keepers_remind_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await slots(core, clock, await seat(core, clock))
        await take(Woman(core, clock))
        clock.now += 31 * HOUR
        done = await asyncio.gather(*(keeper_of(core, tmp_path).remind() for _ in range(6)))
        assert sum(done) == 1


async def test_staff_call_it_off_and_everyone_is_told_and_offered_others(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        first, *_ = await slots(core, clock, li, capacity=2)
        one, two = Woman(core, clock, "one"), Woman(core, clock, "two")
        await take(one)
        await take(two)
        heard: list[frozenset[str]] = []
        stop = store.listen(heard.append)
        assert await store.unit(lambda tx: calendar.call_off(core.service, tx, li, first, now=clock.now)) == 2
        stop()
        told = [line for line in await delivered(store, clock) if line.text.startswith("对不起") and FIRST in line.text]
        assert len(told) == 2
        assert told[0].buttons[:2] == (SECOND, "11月25日（周三）10:00")
        await one.says(SECOND)
        assert "约好了" in words(await one.says(TAKE))
        assert TOPIC in {topic for topics in heard for topic in topics} or store.dialect == "postgresql"


async def test_called_off_while_she_is_away_only_a_neutral_line_leaves(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        first, *_ = await slots(core, clock, li)
        woman = Woman(core, clock)
        await take(woman)
        clock.now += HOUR
        await store.unit(lambda tx: calendar.call_off(core.service, tx, li, first, now=clock.now))
        lines = await delivered(store, clock)
        assert lines[-1].text == say("staff.nudge")
        assert not [line for line in lines if "来不成了" in line.text]
        assert FIRST in words(await woman.says("看回复"))


async def test_who_booked_by_phone_is_called(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        first, *_ = await slots(core, clock, li)
        from tickets.casework import open_by_staff

        facts = {"what": "想约律师", "contact": "13812345678"}
        opened = await store.unit(
            lambda tx: open_by_staff(
                core.service, tx, li, source="phone", topic="rights_legal_aid", unit="sz", facts=facts, now=clock.now
            )
        )
        number = opened.ticket.number
        await store.unit(lambda tx: calendar.book_for(core.service, tx, li, first, number, now=clock.now))
        await store.unit(lambda tx: calendar.call_off(core.service, tx, li, first, now=clock.now))
        call = await store.read(lambda tx: callbacks.open_of_ticket(tx, opened.ticket.id))
        assert call is not None
        assert (call.why, call.masked) == ("slot_cancelled", "138****78")


async def test_three_ahead_are_enough(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li = await seat(core, clock)
        for kind in ("lawyer", "psychology", "family", "chair"):
            await slots(core, clock, li, kind=kind, end=time(9, 30), last=date(2026, 11, 25))
        woman = Woman(core, clock)
        for wish in ("预约律师", "预约心理咨询", "预约婚姻家庭咨询"):
            await woman.says(wish)
            await woman.says(FIRST)
            assert "约好了" in words(await woman.says(TAKE))
        assert words(await woman.says("预约主席接待日")).startswith(say("book.enough"))
        assert len(await booked(core)) == 3


async def test_a_list_shows_no_number_of_whom_one_must_not_see(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, chen = await seat(core, clock), await seat(core, clock, "chen")
        first, *_ = await slots(core, clock, li)
        await take(Woman(core, clock))
        await store.unit(lambda tx: tickets.hide_from(tx, 1, chen.seat_id))
        for who, seen in ((li, True), (chen, False)):
            (one,) = await store.read(
                lambda tx, who=who: bookings.listed(tx, [first], seat_id=who.seat_id, units=who.units)  # type: ignore[misc]  # bound early
            )
            assert (one.number is not None, one.ticket_id is not None, one.state) == (seen, seen, "booked")
