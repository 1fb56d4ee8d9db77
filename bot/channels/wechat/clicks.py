"""What stands behind a bare number, and what a menu click allows us."""

from collections.abc import Callable
from dataclasses import replace

from bot.channels.wechat.account import EVENT_REPLIES, EVENT_WINDOW, Account
from bot.channels.wechat.text import chosen, number_of
from bot.message import Inbound
from store import Store, Tx, budgets, conversations, replies
from store.budgets import Budget


class Clicks:
    def __init__(self, account: Account, store: Store, clock: Callable[[], int]) -> None:
        self._limits = account.limits
        self._store = store
        self._clock = clock

    async def chosen(self, inbound: Inbound) -> Inbound:
        """A bare number is the button it stood before."""
        if inbound.kind != "text" or number_of(inbound.text) is None:
            return inbound

        def offered(tx: Tx) -> tuple[str, ...]:
            found = conversations.by_address(tx, inbound.inbox, inbound.sender)
            return () if found is None else replies.offered(tx, found.id, found.contact_id)

        label = chosen(inbound.text, await self._store.read(offered))
        return inbound if label is None else replace(inbound, text=label, kind="button")

    async def allowance(self, inbound: Inbound) -> Budget:
        """What she had left before a click, which allows less than a message and takes nothing away."""

        def look(tx: Tx) -> Budget:
            found = conversations.by_address(tx, inbound.inbox, inbound.sender)
            return Budget(0, 0, 0) if found is None else budgets.of(tx, found.id, self._limits)

        return await self._store.read(look)

    async def grant(self, inbound: Inbound, before: Budget) -> None:
        """After the click was handled: handling counts as her last message, which it was not for the platform."""

        def work(tx: Tx) -> None:
            found = conversations.by_address(tx, inbound.inbox, inbound.sender)
            if found is not None:
                now = self._clock()
                budgets.grant(tx, found.id, before, replies=EVENT_REPLIES, window=EVENT_WINDOW, now=now)

        await self._store.unit(work)
