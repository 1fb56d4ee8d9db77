"""The poll loop of one token: one process holds the lease, nothing is confirmed before it is committed."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict

from bot.channels.telegram.client import BATCH, Client, Malformed
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.lines import Lines
from bot.channels.telegram.pace import FACTOR, Pace
from bot.channels.telegram.stint import Stint
from bot.channels.telegram.tenure import Lost, Tenure
from bot.channels.telegram.updates import Reading

logger = logging.getLogger(__name__)

GIVE_UP = 20  # tries of an update that keeps all newer ones out


class Poller:
    """`read` turns a raw update into a Reading or raises; `handle` commits it; `lost` tells her of one given up."""

    def __init__(
        self,
        *,
        client: Client,
        tenure: Tenure,
        read: Callable[[dict[str, Any]], Reading],
        handle: Callable[[Reading], Awaitable[None]],
        lost: Callable[[Reading], None],
        prepare: Callable[[], Awaitable[None]],
        pace: Pace,
    ) -> None:
        self._client = client
        self._tenure = tenure
        self._read = read
        self._handle = handle
        self._lost = lost
        self._prepare = prepare
        self._pace = pace
        self._stint = Stint(tenure, pace)

    @property
    def problem(self) -> str | None:
        return self._stint.problem

    async def run(self) -> None:
        """For ever, while the lease is ours."""
        await self._stint.run(self._poll)

    async def _poll(self) -> None:
        ledger = Ledger(None)
        try:
            ledger = Ledger(await self._stint.again(self._open))
            await self._follow(ledger)
        except Lost:
            logger.warning("telegram_poll_taken_over")
        finally:
            await self._tenure.end(ledger.offset)

    async def _open(self) -> int | None:
        await self._prepare()
        return await self._tenure.position()

    async def _follow(self, ledger: Ledger) -> None:
        lines = Lines(self._handle, ledger.settle, self._pace)
        look = self._pace.look
        try:
            while True:
                fresh = await self._stint.again(lambda: self._once(ledger, lines))
                look = self._pace.look if fresh else min(look * FACTOR, self._pace.look_top)
                if ledger.busy:
                    await lines.idle(look)
        finally:
            await lines.close()

    async def _once(self, ledger: Ledger, lines: Lines) -> int:
        """One getUpdates; how many updates were new. Does not wait at Telegram's door while work is in hand."""
        asked = ledger.offset
        await self._tenure.confirm(asked)
        batch = await self._updates(asked, 0 if ledger.busy else self._pace.poll)
        fresh = named = 0
        for update in batch:
            update_id = update.get("update_id") if isinstance(update, dict) else None
            if type(update_id) is not int:  # True is an int as well
                logger.error("telegram_update_without_id")
                continue
            named += 1
            if ledger.take(update_id, asked):
                fresh += 1
                self._begin(update_id, update, ledger, lines)
        if batch and not named:
            raise Malformed("no update has an id")
        if not fresh and len(batch) >= BATCH:
            self._make_room(lines)
        return fresh

    async def _updates(self, asked: int | None, seconds: int) -> list[Any]:
        try:
            return await self._client.updates(asked, seconds)
        except Conflict as error:
            if "webhook" in str(error).lower():  # somebody has set one meanwhile: it would refuse every poll
                await self._prepare()
            raise

    def _begin(self, update_id: int, update: dict[str, Any], ledger: Ledger, lines: Lines) -> None:
        try:
            reading = self._read(update)
        except Exception as error:  # noqa: BLE001 - a shape nobody foresaw must not stop the others
            # Not logger.exception: the traceback could quote her.
            extra = {"update": update_id, "error": type(error).__name__}
            logger.error("telegram_update_unreadable", extra=extra)  # noqa: TRY400 - see above
            ledger.settle(update_id)
            return
        if reading.inbound is None:
            ledger.settle(update_id)
        else:
            lines.add(reading)

    def _make_room(self, lines: Lines) -> None:
        """Telegram shows 100 unconfirmed updates and no more: one that never succeeds would silence everybody."""
        item = lines.hopeless(GIVE_UP)
        if item is not None:
            logger.error("telegram_update_given_up", extra={"update": item.reading.update_id, "tries": item.tries})
            lines.give_up(item)
            self._lost(item.reading)
