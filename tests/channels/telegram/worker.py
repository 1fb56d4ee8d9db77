"""A process that polls a loopback Bot API, ours or python-telegram-bot's stock way, to be killed by a test.

python -m tests.channels.telegram.worker ours|stock API_URL TOKEN FOLDER; prints a line for each message handled.
"""

import asyncio
import sys
from pathlib import Path

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.base import Receipt
from bot.channels.telegram import Account, Telegram, silence
from bot.message import Inbound
from store import open_store
from tests.channels.telegram.kit import FAST, clock, commit, nowhere

SLOW = 0.05


async def ours(api_url: str, token: str, folder: Path) -> None:
    silence()
    store = open_store(f"sqlite:///{folder / 'halfsky.db'}", folder / "master.json")

    async def receive(inbound: Inbound) -> Receipt:
        await asyncio.sleep(SLOW)
        new = await store.unit(lambda tx: commit(tx, inbound))
        print(("new " if new else "old ") + inbound.text, flush=True)
        return Receipt("c", (), repeated=not new)

    telegram = Telegram(
        Account(token, api_url), receive=receive, store=store, clock=clock, keep=nowhere, owner="worker", pace=FAST
    )
    await telegram.start()
    await asyncio.Event().wait()


def stock(api_url: str, token: str, folder: Path) -> None:
    async def handle(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        await asyncio.sleep(SLOW)
        if update.message is not None:
            with (folder / "handled").open("a", encoding="utf-8") as file:
                file.write(f"{update.message.text}\n")
            print(f"new {update.message.text}", flush=True)

    application = Application.builder().token(token).base_url(f"{api_url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, handle))
    application.run_polling(timeout=1)


if __name__ == "__main__":
    _, kind, url, secret, where = sys.argv
    if kind == "ours":
        asyncio.run(ours(url, secret, Path(where)))
    else:
        stock(url, secret, Path(where))
