"""A push -> its passive reply within the platform's five seconds, and the same one for every repeat."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from bot.channels.base import Receipt, Receive
from bot.channels.wechat.account import Account
from bot.channels.wechat.clicks import Clicks
from bot.channels.wechat.packing import pack
from bot.channels.wechat.pushes import Push, restored
from bot.message import Inbound
from store import Store, late_pushes, replies

logger = logging.getLogger("halfsky.wechat")

PATIENCE = 4.3  # seconds of the platform's five; the rest belongs to the network
GRACE = 8.0  # seconds to finish when the program ends
REMEMBERED = 10_000
ABANDONED = 30_000_000  # microseconds after which a kept push belongs to nobody any more


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a text, or None for a bare acknowledgement."""

    text: str | None
    shown: tuple[str, ...] = ()  # ids of the replies that are in it
    rest: tuple[str, ...] = ()  # ids that did not fit and go as customer-service messages


ACKNOWLEDGED = Answer(None)


class Passive:
    """One run for each push in this process: repeats that come meanwhile wait for it."""

    def __init__(
        self,
        account: Account,
        receive: Receive,
        store: Store,
        clock: Callable[[], int],
        mark: Callable[[list[str]], Awaitable[None]],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._account = account
        self._receive = receive
        self._store = store
        self._clock = clock
        self._mark = mark
        self._patience = patience
        self._clicks = Clicks(account, store, clock)
        self._running: dict[str, asyncio.Task[Answer]] = {}
        # Acknowledged before their answer was there: it goes as a customer-service message, repeats get `success` too.
        self._late: OrderedDict[str, None] = OrderedDict()

    async def answer(self, push: Push, inbound: Inbound) -> Answer:
        """Raises what the pipeline raises: the platform then brings the push again."""
        task = self._running.get(push.name) or self._begin(push, inbound)
        await asyncio.wait({task}, timeout=self._patience)
        if task.done():
            return task.result()
        # Kept before it is acknowledged: after that nobody brings it again. If it cannot be kept, this raises.
        await self._store.unit(
            lambda tx: late_pushes.keep(tx, self._account.inbox, push.name, asdict(push), now=self._clock())
        )
        if task.done():
            return task.result()
        self._be_late(push.name)
        logger.info("wechat_late", extra={"seconds": self._patience})
        return ACKNOWLEDGED

    async def catch_up(self) -> int:
        """Handle what was acknowledged by a process that did not live to handle it; returns how many."""
        before = self._clock() - ABANDONED
        found = await self._store.read(lambda tx: late_pushes.left(tx, self._account.inbox, before=before))
        for body in found:
            push = restored(body)
            if push.inbound is not None and push.name not in self._running:
                self._be_late(push.name)
                await asyncio.wait({self._begin(push, push.inbound)})  # a failure is logged, and tried again later
        return len(found)

    async def shown(self, answer: Answer) -> None:
        """The answer is out."""
        if answer.shown:
            await self._mark(list(answer.shown))
        if answer.rest:
            await self._let_go(answer.rest)

    async def stop(self) -> None:
        """What is being handled may finish: it was acknowledged, the platform will not bring it again."""
        if self._running:
            await asyncio.wait(set(self._running.values()), timeout=GRACE)

    def _begin(self, push: Push, inbound: Inbound) -> "asyncio.Task[Answer]":
        task = asyncio.create_task(self._run(push, inbound), name=f"push:{self._account.inbox}")
        self._running[push.name] = task
        task.add_done_callback(lambda ended: self._ended(push.name, ended))
        return task

    def _be_late(self, name: str) -> None:
        self._late[name] = None
        while len(self._late) > REMEMBERED:
            self._late.popitem(last=False)

    def _ended(self, name: str, task: "asyncio.Task[Answer]") -> None:
        self._running.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None and name in self._late:
            # It is kept and comes again with `catch_up`. Her words stay out of the log.
            logger.warning("wechat_late_failed", extra={"error": type(error).__name__})

    async def _run(self, push: Push, inbound: Inbound) -> Answer:
        inbound = await self._clicks.chosen(inbound)
        before = await self._clicks.allowance(inbound) if push.event is not None else None
        receipt = await self._receive(inbound)
        if before is not None and not receipt.repeated:
            await self._clicks.grant(inbound, before)
        names = tuple(sent.id for sent in receipt.replies)
        packed = pack(receipt.replies)
        again = receipt.repeated and names and push.name not in self._late
        if again and await self._store.read(lambda tx: replies.taken_elsewhere(tx, names)):
            return ACKNOWLEDGED
        if push.name in self._late or (names and packed.count == 0):
            await self._let_go(names)
            if push.name in self._late:
                await self._store.unit(lambda tx: late_pushes.drop(tx, self._account.inbox, push.name))
            return ACKNOWLEDGED
        return _packed(receipt, packed.plain, packed.count)

    async def _let_go(self, names: Sequence[str]) -> None:
        if names:
            now = self._clock()
            await self._store.unit(lambda tx: replies.let_go(tx, names, now=now))


def _packed(receipt: Receipt, text: str, count: int) -> Answer:
    shown = tuple(sent.id for sent in receipt.replies[:count])
    rest = tuple(sent.id for sent in receipt.replies[count:])
    return Answer(text or None, shown, rest)
