"""The one door out: takes due replies, hands them to their channel, records what became of them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping

from bot.backoff import backoff
from bot.channels.base import Channel, Delivery, Kept, Later, Refused
from bot.tasks import end
from handlers.phrases import say
from store import Store, Tx, callbacks, conversations, outbox
from store.callbacks import Reach
from store.rows import OutboxRow
from tickets import reaching
from tickets.undelivered import fail

log = logging.getLogger("halfsky.outbox")

IN_CHAT = 600_000_000  # her last message this recent: a reply may appear; later only a neutral line
TRIES = 20  # then 未送达, visible to staff
IDLE = 5.0  # also how late a reply is taken that its own request did not show


class Outbox:
    """Any number may run on PostgreSQL: rows are leased with SKIP LOCKED."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Callable[[], int]) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._silence: Callable[[], None] | None = None

    async def start(self) -> None:
        self._silence = self._store.listen(lambda topics: self._wake.set() if outbox.TOPIC in topics else None)
        self._task = asyncio.create_task(self._work(), name="outbox")

    async def stop(self) -> None:
        if self._silence is not None:
            self._silence()
        await end(self._task)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                busy = await self.round()
                if not busy:
                    await self._sleep()
            except Exception:
                log.exception("outbox round failed")
                await asyncio.sleep(1)

    async def _sleep(self) -> None:
        due = await self._store.read(lambda tx: outbox.next_due(tx, list(self._channels)))
        wait = IDLE if due is None else min(IDLE, max(0.05, (due - self._clock()) / 1_000_000))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def round(self) -> bool:
        """Hand over what is due now; True when there was anything."""
        now = self._clock()
        if not self._channels:
            return False
        rows = await self._store.unit(lambda tx: outbox.claim(tx, list(self._channels), now=now))
        await asyncio.gather(*(self._deliver(row) for row in rows))
        return bool(rows)

    async def _deliver(self, row: OutboxRow) -> None:
        now = self._clock()
        if row.seat_id is not None and not _in_chat(row, now):
            await self._store.unit(lambda tx: _keep_waiting(tx, row, now=now))
            return
        if not await self._store.read(lambda tx: outbox.still_due(tx, row.id)):
            return  # 他来了 between the lease and this moment
        channel = self._channels[row.inbox]
        delivery = Delivery(row.reply_id, row.token, row.address, row.text, row.buttons, row.seat_id is not None)
        try:
            taken = await channel.send(delivery)
        except Refused as error:
            reason = error.reason
            await self._store.unit(lambda tx: fail(tx, row, reason, now=now))
        except Kept:
            # What was to be the notice has been given; words of an answer wait until she asks.
            state = "sent" if row.text in {say("staff.nudge"), say("staff.nudge_named")} else "waiting"
            await self._store.unit(lambda tx: outbox.settle(tx, row.id, state, now=now))
        except Later as error:
            await self._again(row, error.reason, error.seconds)
        except Exception as error:
            log.exception("delivery failed", extra={"outbox": row.id})
            await self._again(row, type(error).__name__, None)
        else:
            await self._settle(row, channel, taken=taken)

    async def _settle(self, row: OutboxRow, channel: Channel, *, taken: bool) -> None:
        now = self._clock()
        if row.seat_id is not None and not taken:
            # Her page is not there this moment: it fetches the reply when it is, or it waits once she has gone.
            gone = (row.last_in_at or 0) + IN_CHAT
            await self._store.unit(lambda tx: outbox.retry(tx, row.id, at=gone, error="away"))
            return
        # A line of the bot nobody was there for is still found by the page when it asks.
        state = "fetched" if channel.fetched and row.seat_id is not None else "sent"
        await self._store.unit(lambda tx: outbox.settle(tx, row.id, state, now=now))

    async def _again(self, row: OutboxRow, reason: str, seconds: float | None) -> None:
        now = self._clock()
        if row.attempts + 1 >= TRIES and seconds is None:
            await self._store.unit(lambda tx: fail(tx, row, reason, now=now))
            return
        wait = backoff(row.attempts) if seconds is None else seconds
        await self._store.unit(lambda tx: outbox.retry(tx, row.id, at=now + int(wait * 1_000_000), error=reason))


def _in_chat(row: OutboxRow, now: int) -> bool:
    # A reply she asked for, or one to her own message, goes out whatever the hour.
    return row.last_in_at is not None and now - row.last_in_at < IN_CHAT


def _keep_waiting(tx: Tx, row: OutboxRow, *, now: int) -> None:
    """Replies are fetched, not pushed: one neutral line for all that wait, when and as she said it is safe."""
    first = outbox.waiting(tx, row.conversation_id) == 0
    outbox.settle(tx, row.id, "waiting", now=now)
    conversation = conversations.by_id(tx, row.conversation_id)
    reach = Reach() if conversation is None else callbacks.reach_of(tx, conversation.contact_id)
    at = reaching.notice_at(reach, now)
    if first and conversation is not None and at is not None:
        outbox.add(
            tx,
            conversation_id=conversation.id,
            contact_id=conversation.contact_id,
            inbox=conversation.inbox,
            text=say("staff.nudge_named" if reach.named else "staff.nudge"),
            buttons=(say("button.read"),),
            now=now,
            leased_until=at if at > now else None,  # put off until then
        )
