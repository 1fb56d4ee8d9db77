"""Updates waiting to be handled: one chat in order, several chats at once, a failure tried again."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.updates import Reading

logger = logging.getLogger(__name__)

AT_ONCE = 16
OVERTAKE = 5  # failures after which later words of the same chat need not wait: one of them may be a cry for help


@dataclass(slots=True, eq=False)
class Item:
    reading: Reading
    due: float = 0.0
    tries: int = 0
    succeeded_before: int = 0  # how many others had been committed when it failed first


@dataclass(slots=True)
class Line:
    items: list[Item] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self, now: float) -> Item | None:
        for item in self.items:
            if item.due <= now:
                return item
            if item.tries < OVERTAKE:
                return None
        return None

    def pause(self, now: float) -> float:
        """Until `next` has something, if no news comes."""
        soonest = self.items[0].due
        for item in self.items:
            soonest = min(soonest, item.due)
            if item.tries < OVERTAKE:
                break
        return max(0.0, soonest - now)


class Lines:
    """`handle` commits one update or raises; `settled` hears of every update that needs no more."""

    def __init__(
        self, handle: Callable[[Reading], Awaitable[None]], settled: Callable[[int], None], pace: Pace
    ) -> None:
        self._handle = handle
        self._settled = settled
        self._pace = pace
        self._lines: dict[str, Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._closing = False
        self._succeeded = 0
        self._idle = asyncio.Event()

    def add(self, reading: Reading) -> None:
        self._idle.clear()
        line = self._lines.get(reading.chat)
        if line is None:
            line = self._lines[reading.chat] = Line()
            line.items.append(Item(reading))
            task = asyncio.create_task(self._work(reading.chat, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            line.items.append(Item(reading))
            line.news.set()

    def hopeless(self, tries: int) -> Item | None:
        """The oldest update that failed so often although others were committed since: it is not the store."""
        failed = [
            item
            for line in self._lines.values()
            for item in line.items
            if item.tries >= tries and self._succeeded > item.succeeded_before
        ]
        return min(failed, key=lambda item: item.reading.update_id, default=None)

    def give_up(self, item: Item) -> None:
        line = self._lines[item.reading.chat]
        line.items.remove(item)
        line.news.set()
        self._settled(item.reading.update_id)

    async def idle(self, timeout: float) -> None:
        """Wait until nothing is in hand, at most so long."""
        await _within(timeout, self._idle)

    async def close(self) -> None:
        """Let what runs finish within the grace time; what waits or fails stays with Telegram."""
        self._closing = True
        for line in self._lines.values():
            line.news.set()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=self._pace.grace)
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, chat: str, line: Line) -> None:
        clock = asyncio.get_running_loop().time
        while line.items and not self._closing:
            line.news.clear()
            item = line.next(clock())
            if item is None:
                await _within(line.pause(clock()), line.news)
            else:
                await self._try(line, item)
        del self._lines[chat]
        if not self._lines:
            self._idle.set()

    async def _try(self, line: Line, item: Item) -> None:
        try:
            async with self._room:
                if self._closing:
                    return
                async with asyncio.timeout(self._pace.handle):
                    await self._handle(item.reading)
        except Exception as error:  # noqa: BLE001 - whatever it was, the update is not committed and must come again
            item.succeeded_before = item.succeeded_before if item.tries else self._succeeded
            item.tries += 1
            item.due = asyncio.get_running_loop().time() + self._pace.delay(item.tries)
            logger.warning(
                "telegram_update_failed",
                extra={"update": item.reading.update_id, "error": type(error).__name__, "tries": item.tries},
            )
            return
        if item in line.items:  # else it was given up meanwhile, and came through after all
            line.items.remove(item)
            self._settled(item.reading.update_id)
        self._succeeded += 1


async def _within(seconds: float, event: asyncio.Event) -> None:
    # Not asyncio.wait_for: in Python 3.11 it may swallow a cancellation, and a stop would wait for ever.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
