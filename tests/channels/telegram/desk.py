"""The real program behind a loopback Bot API, and what its database holds afterwards."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from bot.app import App, build
from bot.settings import Settings
from store import Store, callbacks, contacts, messages, tickets
from store.callbacks import Callback
from store.rows import Line, Ticket
from tests.telegram_api import TelegramApi

HER = 5550001


@contextlib.asynccontextmanager
async def program(api: TelegramApi, var: Path, **more: Any) -> AsyncIterator[App]:
    values: dict[str, Any] = {"only": "channels,outbox", **more}
    app = build(Settings(var=str(var), telegram_token=api.token, telegram_api_url=api.url, **values))
    async with app.running():
        yield app


def read_by(api: TelegramApi, her: int = HER) -> list[str]:
    return [message.text for message in api.messages(her)]


async def said(api: TelegramApi, update_id: int, answers: int, her: int = HER) -> list[str]:
    """What she reads once the update is confirmed and so many messages have come in all."""
    await api.until(lambda: update_id not in api.waiting, 60)
    await api.until(lambda: len(api.messages(her)) >= answers, 60)
    return read_by(api, her)


async def opened(store: Store) -> list[Ticket]:
    """Every ticket there is."""
    return await store.read(lambda tx: [one for her in contacts.all_of(tx) for one in tickets.of_contact(tx, her)])


async def lines(store: Store) -> Sequence[Line]:
    """Everything said in every conversation."""
    return await store.read(lambda tx: [line for her in contacts.all_of(tx) for line in messages.transcript(tx, her)])


async def call_of(store: Store, ticket_id: int = 1) -> Callback | None:
    return await store.read(lambda tx: callbacks.open_of_ticket(tx, ticket_id))
