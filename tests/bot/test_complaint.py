"""A complaint about the federation's own people goes up one level and is not read where it is about."""

from pathlib import Path

from handlers.phrases import say
from store import Store, tickets
from store.rows import Ticket
from tests.bot.arranged import code_of, hers, seat
from tests.bot.kit import Clock, Woman, open_core, words
from tickets import casework
from tickets.actor import Actor
from tickets.errors import Refused


async def seen(store: Store, actor: Actor, now: int) -> list[str]:
    found = await store.read(lambda tx: tickets.queue(tx, seat_id=actor.seat_id, units=actor.units, now=now))
    return [ticket.topic for ticket in found]


async def complaint(store: Store) -> Ticket:
    found = await store.read(lambda tx: tickets.of_contact(tx, 1))
    (made,) = [ticket for ticket in found if ticket.topic == "other_complaint"]
    return made


async def test_a_district_is_read_by_the_city_only(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        city, boss = await seat(core, clock, "li"), await seat(core, clock, "sun", role="lead")
        theirs = await seat(core, clock, "zhao", unit="kunshan", role="lead")
        woman = Woman(core, clock)
        opened = words(await woman.says("我要投诉昆山妇联的人"))
        assert say("complain.opened") in opened
        assert await code_of(core) in opened
        assert say("complain.who") in opened
        assert say("complain.what") in words(await woman.says("接待的一个大姐"))
        assert say("intake.contact") in words(await woman.says("我去求助，她说夫妻吵架回去忍忍，还把我的事讲给邻居听"))
        assert say("intake.done") in words(await woman.says("就在这里回复"))
        made = await complaint(store)
        assert (made.unit, made.dept, made.cc) == ("sz", "office", ())
        assert await seen(store, city, clock.now) == await seen(store, boss, clock.now) == ["other_complaint"]
        assert await seen(store, theirs, clock.now) == []
        try:
            await store.unit(
                lambda tx: casework.transfer(
                    core.service, tx, city, made.id, unit="kunshan", dept=None, reason="属地", now=clock.now
                )
            )
            refused = False
        except Refused:
            refused = True
        assert refused, "it cannot be handed to those it is about"


async def test_the_city_itself_is_read_by_its_leader(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        city, boss = await seat(core, clock, "li"), await seat(core, clock, "sun", role="lead")
        await Woman(core, clock).says("我要投诉市妇联接待的人")
        assert await seen(store, city, clock.now) == []
        assert await seen(store, boss, clock.now) == ["other_complaint"]


async def test_whom_she_names_never_sees_it_whenever_she_names_them(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        named = await seat(core, clock, "chen", name="陈小梅")
        other = await seat(core, clock, "wang", name="王芳")
        woman = Woman(core, clock)
        await woman.says("我要投诉你们的工作人员")
        assert await seen(store, named, clock.now) == ["other_complaint"], "nobody is named yet"
        await woman.says("陈小梅")
        assert await seen(store, named, clock.now) == []
        assert await seen(store, other, clock.now) == ["other_complaint"]
        await woman.says("还有那个姓王的，她俩一起笑我，说我自己找的")
        assert await seen(store, other, clock.now) == []


async def test_her_open_matter_stays_with_its_district(store: Store, tmp_path: Path) -> None:
    """A whole unit is kept from the complaint, not from the help she needs of it."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        theirs = await seat(core, clock, "zhao", unit="kunshan")
        woman = Woman(core, clock)
        await woman.says("我在昆山，前夫三年没给孩子抚养费，我想起诉他")
        await woman.says("找人")
        await woman.says("跳过")
        await woman.says("我要投诉昆山妇联的人")
        assert await seen(store, theirs, clock.now) == ["rights_support"]
        assert len(await hers(core)) == 2
