"""After a matter is closed: asked once, where she is or when she writes next; 不满意 opens it again."""

from pathlib import Path

from bot.outbox import Outbox
from handlers.phrases import say
from store import Store, ratings, tickets
from tests.bot.arranged import code_of, hers, seat
from tests.bot.kit import Clock, Woman, Written, open_core, words
from tickets import casework
from tickets.actor import Actor

HOUR = 3600 * 1_000_000


async def closed(core: object, clock: Clock, li: Actor) -> None:
    store, service = core.store, core.service  # type: ignore[attr-defined]  # a Core
    (ticket,) = await store.read(lambda tx: tickets.of_contact(tx, 1))
    await store.unit(lambda tx: casework.reply(service, tx, li, ticket.id, "已经帮您问过", final=True, now=clock.now))
    await store.unit(lambda tx: casework.follow_up(tx, li, ticket.id, "她说好的", now=clock.now))
    await store.unit(
        lambda tx: casework.close(service, tx, li, ticket.id, outcome="answered", topic=ticket.topic, now=clock.now)
    )


async def test_while_she_is_there_she_is_asked_at_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock), Woman(core, clock)
        await woman.says("我要找人")
        await closed(core, clock, li)
        clock.pass_seconds(11)
        channel = Written()
        out = Outbox(store, {"terminal": channel}, clock)
        while await out.round():
            pass
        assert (channel.got[-1].text, channel.got[-1].buttons) == (say("rating.ask"), ("满意", "一般", "不满意"))
        assert words(await woman.says("满意")) == say("rating.good")
        (found,) = await store.read(lambda tx: ratings.of_ticket(tx, 1, 1))
        assert (found.value, found.rated_at) == ("good", clock.now)


async def test_else_with_her_next_message_and_never_twice(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock), Woman(core, clock)
        await woman.says("我要找人")
        clock.now += HOUR
        await closed(core, clock, li)
        assert await store.read(lambda tx: ratings.of_ticket(tx, 1, 1)) == []
        assert say("rating.ask") in words(await woman.says("你好"))
        assert say("rating.ask") not in words(await woman.says("谢谢"))
        (found,) = await store.read(lambda tx: ratings.of_ticket(tx, 1, 1))
        assert found.value is None, "silence is not satisfaction"
        assert await store.read(lambda tx: ratings.counts(tx, start=0, end=2**62)) == {
            "good": 0,
            "fair": 0,
            "bad": 0,
            "none": 1,
        }


async def test_unsatisfied_begins_again(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock), Woman(core, clock)
        await woman.says("我要找人")
        clock.now += HOUR
        await closed(core, clock, li)
        await woman.says("你好")
        told = words(await woman.says("不满意"))
        assert say("rating.bad") in told
        assert say("rating.why") in told
        (ticket,) = await hers(core)
        assert (ticket.state, ticket.closed_at, ticket.first_reply_at) == ("reopened", None, None)
        assert say("rating.noted") in words(await woman.says("说好三天回我，等了一个月也没人理"))
        (found,) = await store.read(lambda tx: ratings.of_ticket(tx, 1, 1))
        assert (found.value, found.reason) == ("bad", "说好三天回我，等了一个月也没人理")
        kinds = await store.read(lambda tx: [event.kind for event in tickets.events(tx, ticket)])
        assert kinds[-3:] == ["rated", "reopened", "rated_why"]


async def test_with_her_words_from_another_session(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock), Woman(core, clock)
        await woman.says("我要找人")
        clock.now += HOUR
        await closed(core, clock, li)
        other = Woman(core, clock, "elsewhere")
        shown = words(await other.says(await code_of(core)))
        assert "已经办完" in shown
        assert "已经帮您问过" in shown
        assert say("rating.ask") in shown
        assert words(await other.says("一般")) == say("rating.fair")
        (found,) = await store.read(lambda tx: ratings.of_ticket(tx, 1, 1))
        assert found.value == "fair"


async def test_nobody_is_asked_about_a_danger(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock, role="lead"), Woman(core, clock)
        await woman.says("他拿着刀在砸门")
        (ticket,) = await hers(core)
        await store.unit(lambda tx: casework.accept(tx, li, ticket.id, now=clock.now))
        await store.unit(lambda tx: casework.reply(core.service, tx, li, ticket.id, "在吗", now=clock.now))
        await store.unit(
            lambda tx: casework.close(
                core.service, tx, li, 1, outcome="answered", topic="rights_dv", reason="已联系上", now=clock.now
            )
        )
        assert say("rating.ask") not in words(await woman.says("你好"))
        assert words(await woman.says("满意")) != say("rating.good")
