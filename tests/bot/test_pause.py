"""他来了: nothing leaves on any channel, at whatever moment it was caught, until she writes there."""

from pathlib import Path

import pytest

from bot.channels.base import Delivery, Later
from bot.outbox import IN_CHAT, Outbox
from handlers.phrases import say
from store import Store, Tx, contacts, conversations, outbox
from tests.bot.kit import Clock, Woman, Written, open_core

STAFF = "工作人员的话"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def staff_reply(tx: Tx, text: str, now: int, inbox: str = "terminal") -> str:
    (contact_id,) = contacts.all_of(tx)
    hers = next(one for one in conversations.of_contact(tx, contact_id) if one.inbox == inbox)
    return outbox.add(
        tx, conversation_id=hers.id, contact_id=contact_id, inbox=inbox, text=text, seat_id=1, ticket_id=1, now=now
    )


def texts(channel: Written) -> list[str]:
    return [delivery.text for delivery in channel.got]


async def drain(worker: Outbox) -> None:
    while await worker.round():
        pass


async def test_a_reply_already_in_the_worker_s_hands_stays(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("您好", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)
        await drain(worker)
        await store.unit(lambda tx: staff_reply(tx, STAFF, clock.now))
        (leased,) = await store.unit(lambda tx: outbox.claim(tx, ["terminal"], now=clock.now))
        await woman.says("他来了", same_breath=False)
        await worker._deliver(leased)
        await drain(worker)
        assert texts(channel)[-1] == say("pause.quiet")
        assert STAFF not in texts(channel)


async def test_a_channel_that_puts_it_off_does_not_bring_it_back(store: Store, tmp_path: Path, clock: Clock) -> None:
    """She pauses while the platform makes us wait: the row that was on its way waits for her now."""
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)

        class Slow(Written):
            async def send(self, delivery: Delivery) -> bool:
                if delivery.text == STAFF:
                    await woman.says("先不说了", same_breath=False)
                    raise Later("limited", 1)
                return await super().send(delivery)

        channel = Slow()
        await woman.says("您好", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)
        await drain(worker)
        await store.unit(lambda tx: staff_reply(tx, STAFF, clock.now))
        await drain(worker)
        clock.pass_seconds(5)
        await drain(worker)
        assert STAFF not in texts(channel)
        assert await store.read(outbox.backlog) == 0


async def test_reminders_wait_too_and_block_nothing(store: Store, tmp_path: Path, clock: Clock) -> None:
    channel = Written()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await woman.says("您好", same_breath=False)
        await woman.says("他来了", same_breath=False)
        worker = Outbox(store, {"terminal": channel}, clock)

        def remind(tx: Tx) -> None:
            (contact_id,) = contacts.all_of(tx)
            (hers,) = conversations.of_contact(tx, contact_id)
            outbox.add(
                tx, conversation_id=hers.id, contact_id=contact_id, inbox=hers.inbox, text="明天上午9点", now=clock.now
            )

        await store.unit(remind)
        await drain(worker)
        assert "明天上午9点" not in texts(channel)
        await woman.says("先不说了", same_breath=False)  # its answer is behind the reminder and leaves all the same
        await drain(worker)
        assert texts(channel)[-1] == say("pause.quiet")
        await woman.says("谢谢", same_breath=False)
        await drain(worker)
        assert "明天上午9点" in texts(channel)


async def test_the_page_fetches_nothing_that_must_not_leave(store: Store, tmp_path: Path, clock: Clock) -> None:
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock, inbox="web")
        token = (await woman.says("您好")).conversation

        async def fetched() -> list[str]:
            since = clock.now - IN_CHAT
            rows = await store.read(lambda tx: outbox.after(tx, token=token, reply_id=None, since=since))
            return [row.text for row in rows or []]

        await store.unit(lambda tx: staff_reply(tx, STAFF, clock.now, "web"))
        assert STAFF in await fetched()  # she is in the chat
        clock.pass_seconds(700)
        assert STAFF not in await fetched()  # she is not: one neutral line and the text when she asks
        await woman.says("先不说了")
        assert STAFF not in await fetched()
        clock.pass_seconds(5)
        await woman.says("在吗")
        assert STAFF not in await fetched()
        assert STAFF in [reply.text for reply in (await woman.says("看回复")).replies]
