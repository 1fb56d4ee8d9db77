"""A small `receive` that commits to the real store, and the channel wired to a loopback Bot API."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.channels.base import Receipt, Receive
from bot.channels.fetching import Keep
from bot.channels.telegram import Account, Pace, Telegram
from bot.message import Inbound
from store import Store, Tx, contacts, conversations, messages
from tests.telegram_api import TOKEN, TelegramApi

FAST = Pace(poll=1, look=0.02, look_top=0.1, first=0.02, top=0.1, lease=3, handle=5, call=5, check=0.3, grace=2)
INBOX = f"telegram:{TOKEN.split(':', maxsplit=1)[0]}"

HANDLED = messages.Handled(
    understanding={
        "intent": "smalltalk_greeting",
        "confidence": 1.0,
        "danger": {"level": "none", "kind": None, "sure": True, "confidence": 0.0},
        "model": "test",
    },
    handler="test",
    article=None,
    waits=False,
)


def clock() -> int:
    return time.time_ns() // 1_000


def commit(tx: Tx, inbound: Inbound) -> bool:
    """Keep it as the pipeline would; False when the UNIQUE key knows it."""
    found = conversations.by_address(tx, inbound.inbox, inbound.sender)
    if found is None:
        contact_id = contacts.create(tx, now=clock())
        conversation_id = conversations.create(
            tx,
            inbox=inbound.inbox,
            address=inbound.sender,
            token=secrets.token_urlsafe(16),
            contact_id=contact_id,
            now=clock(),
        ).id
    else:
        contact_id, conversation_id = found.contact_id, found.id
    taken = messages.take(
        tx,
        inbox=inbound.inbox,
        external_id=inbound.external_id,
        conversation_id=conversation_id,
        contact_id=contact_id,
        kind=inbound.kind,
        body=inbound.text,
        sent_at=inbound.sent_at,
        now=inbound.received_at,
        handled=HANDLED,
        files=[messages.File(one.kind, one.remote_id, one.name, one.mime, one.size) for one in inbound.attachments],
    )
    return taken is not None


@dataclass
class Desk:
    """Where messages arrive. `trouble` may raise or wait before the commit; texts are kept in order of commit."""

    store: Store
    trouble: Callable[[Inbound], None] = lambda _inbound: None
    slow: float = 0.0
    hold: asyncio.Event | None = None
    texts: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def receive(self, inbound: Inbound) -> Receipt:
        self.calls.append(inbound.text)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            self.trouble(inbound)
            if self.hold is not None and inbound.text.startswith("等"):
                await self.hold.wait()
            if self.slow:
                await asyncio.sleep(self.slow)
            new = await self.store.unit(lambda tx: commit(tx, inbound))
        finally:
            self.running -= 1
        if new:
            self.texts.append(inbound.text)
        return Receipt(conversation="c", replies=(), repeated=not new)


async def nowhere(_attachment: int, _content: bytes, _mime: str) -> None:
    """No file is kept."""


def channel(
    api: TelegramApi,
    store: Store,
    receive: Receive,
    owner: str = "one",
    pace: Pace = FAST,
    *,
    webhook: str = "",
    staff_group: int | None = None,
    keep: Keep = nowhere,
) -> Telegram:
    account = Account(api.token, api.url, webhook, staff_group)
    return Telegram(account, receive=receive, store=store, clock=clock, keep=keep, owner=owner, pace=pace)


@contextlib.asynccontextmanager
async def running(
    api: TelegramApi, store: Store, receive: Receive, owner: str = "one", pace: Pace = FAST, **more: Any
) -> AsyncIterator[Telegram]:
    telegram = channel(api, store, receive, owner, pace, **more)
    await telegram.start()
    try:
        yield telegram
    finally:
        await telegram.stop()
