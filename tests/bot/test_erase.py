"""She asks to be forgotten: hidden at once, destroyed after seven days, never while she is in danger."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels.base import Receipt
from bot.keeper import forget_due
from bot.resume import resume
from handlers.phrases import say
from store import Store, Tx, contacts, conversations, messages, outbox, tickets
from store.errors import KeyErased
from tests.bot.kit import Clock, Woman, open_core, words
from tickets.erasing import AFTER as ERASE_AFTER

ASKS, CONFIRMS = "删除我的记录", "确认删除"
TELEGRAM = "telegram:4242"
HERS = "我要找人"
KNIFE = "他拿着刀在砸门"


async def _erased(woman: Woman, first: str = HERS) -> Receipt:
    await woman.says(first)
    await woman.says(ASKS)
    await woman.says(CONFIRMS)
    return await woman.says(await _code(woman))


async def _code(woman: Woman) -> str:
    """Her three words: whoever holds her phone has it, but not these."""
    return await woman.core.store.read(lambda tx: str(contacts.code_of(tx, _last(tx))))


def _last(tx: Tx) -> int:
    return int(tx.connection.execute(text("SELECT max(contact_id) FROM code")).scalar_one())


def _tickets_staff_see(tx: Tx, now: int) -> list[str]:
    return [ticket.number for ticket in tickets.queue(tx, seat_id=1, units=None, now=now)]


def _contacts(tx: Tx) -> int:
    return int(tx.connection.execute(text("SELECT count(*) FROM contact")).scalar_one())


def _keys(tx: Tx) -> list[bool]:
    query = text("SELECT wrapped_key IS NOT NULL FROM contact ORDER BY id")
    return [bool(one) for one in tx.connection.execute(query).scalars()]


async def test_hidden_at_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock, "page-token", inbox="web")
        first = await woman.says(HERS)
        code = await store.read(lambda tx: contacts.code_of(tx, 1))
        assert code is not None
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now))
        assert await store.read(lambda tx: outbox.after(tx, token=first.conversation, reply_id=None))
        await woman.says(ASKS)
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now)), "asking is not yet confirming"
        asked = await woman.says(CONFIRMS)
        assert "三个词" in words(asked)
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now)), "holding her phone is not being her"
        done = await woman.says(code)
        assert "7天" in words(done)
        assert "回执：SC" in words(done)
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now)) == []
        assert not await store.read(lambda tx: outbox.after(tx, token=first.conversation, reply_id=None))
        assert not await store.read(lambda tx: outbox.after(tx, token=None, reply_id=first.replies[0].id))
        assert await store.read(lambda tx: conversations.by_token(tx, first.conversation)) is None
        assert await store.unit(lambda tx: resume(tx, code, core.org.words, source=None, now=clock.now)) is None
        told = await Woman(core, clock, "elsewhere").says(code)
        assert words(told) == say("code.wrong")
        assert await store.read(_keys) == [True, True], "hidden, not yet destroyed"


async def test_the_key_is_destroyed_after_seven_days_and_not_before(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock, "other").says("你好")
        await _erased(Woman(core, clock))
        clock.now += ERASE_AFTER - 1
        assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 0
        assert await store.read(_keys) == [True, True]
        clock.now += 1
        assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 1
        assert await store.read(_keys) == [True, False]
        assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 0
        with pytest.raises(KeyErased):
            await store.read(lambda tx: messages.body(tx, 2))
        assert await store.read(lambda tx: messages.body(tx, 1)) == "你好"
        # The house goes on: the queue, the outbox and the other woman meet no locked row.
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now)) == []
        await store.unit(lambda tx: outbox.claim(tx, ["terminal"], now=clock.now))
        assert (await Woman(core, clock, "other", count=5).says("谢谢")).replies


async def test_an_open_danger_keeps_it_until_a_person_closes_it(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await _erased(Woman(core, clock), KNIFE)
        seen = await store.read(lambda tx: _tickets_staff_see(tx, clock.now))
        assert len(seen) == 1, "staff go on seeing her danger"
        for _ in range(5):
            clock.now += ERASE_AFTER
            assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 0
        assert await store.read(_keys) == [True]
        await store.unit(lambda tx: _close(tx, clock.now))
        assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 1
        assert await store.read(_keys) == [False]
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now)) == []


def _close(tx: Tx, now: int) -> None:
    ticket = tickets.get(tx, 1)
    assert ticket is not None
    tickets.change(tx, ticket, {"state": "archived", "closed_at": now}, now=now)


async def test_the_same_address_is_a_new_person_afterwards(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock, "99887766", inbox=TELEGRAM)
        before = await _erased(woman, KNIFE)
        after = await woman.says("你好")
        assert after.conversation != before.conversation
        assert await store.read(_contacts) == 2
        # Nothing of the old matter is open for the new person.
        said = await woman.says("进度怎么样了")
        assert "SZ2026" not in words(said)
        lines = await store.read(lambda tx: messages.transcript(tx, 2))
        assert [line.text for line in lines if line.who == "her"] == ["你好", "进度怎么样了"]


@pytest.mark.parametrize("destroyed", [False, True])
@pytest.mark.parametrize("inbox", ["web", TELEGRAM])
async def test_a_repeat_of_an_old_message_shows_nothing_of_hers(
    store: Store, tmp_path: Path, inbox: str, *, destroyed: bool
) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock, "her-address", inbox=inbox)
        first = await woman.says(HERS, name="old")
        assert first.replies
        await woman.says(ASKS)
        clock.pass_seconds(5)
        await woman.says(CONFIRMS)
        code = await _code(woman)
        done = await woman.says(code, name="confirms")
        again = await woman.says(code, name="confirms")
        assert again.replies == done.replies, "the answer that got lost on its way is given again"
        if destroyed:
            clock.now += ERASE_AFTER
            assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 1
        replayed = await woman.says(HERS, name="old")
        assert replayed.repeated
        assert replayed.replies == ()
        assert await store.read(_contacts) == 1
        count = await store.read(lambda tx: tx.connection.execute(text("SELECT count(*) FROM message")).scalar_one())
        assert count == 4


async def test_keeping_changes_nothing(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says(HERS)
        await woman.says(ASKS)
        await woman.says("不用了")
        clock.now += 10 * ERASE_AFTER
        assert await store.unit(lambda tx: forget_due(tx, now=clock.now)) == 0
        assert await store.read(lambda tx: _tickets_staff_see(tx, clock.now))
