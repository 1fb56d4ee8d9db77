"""`halfsky chat`: the same conversation in the terminal, for trying things out."""

import argparse
import asyncio
import secrets
from collections.abc import Callable

from bot.core import Core, build_core
from bot.message import Inbound
from bot.settings import Settings
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from store import open_store, outbox

INBOX = "terminal"
HELP = "在终端里聊天（与网页、Telegram、微信用同一套对话），试一试用"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    try:
        asyncio.run(_talk(args.settings))
    except (KeyboardInterrupt, EOFError):
        print()
    return 0


async def _talk(settings: Settings) -> None:
    store = open_store(settings.store_url, settings.keys_path)
    core = build_core(settings, store)
    core.reader.model = Interpreter(CURRENT, places=core.org.gazetteer())
    await core.reader.start()
    print("请输入，按 Ctrl-D 结束；输入按钮前的数字等于按它。")
    try:
        await talk(core, lambda: input("她> "), print)
    finally:
        await core.reader.stop()
        store.close()


async def talk(core: Core, ask: Callable[[], str], show: Callable[[str], None]) -> None:
    """Until `ask` raises EOFError: a line in, the replies out."""
    sender = secrets.token_hex(8)
    buttons: tuple[str, ...] = ()
    while True:
        typed = (await asyncio.to_thread(ask)).strip()
        text = buttons[int(typed) - 1] if typed.isdigit() and 0 < int(typed) <= len(buttons) else typed
        if not text:
            continue
        inbound = Inbound(INBOX, secrets.token_hex(8), sender, text, core.clock(), same_breath=True)
        receipt = await core.pipeline.receive(inbound)
        for sent in receipt.replies:
            show(f"半边天> {sent.text}")
            buttons = sent.buttons
            for number, label in enumerate(buttons, 1):
                show(f"   [{number}] {label}")
        done = [sent.id for sent in receipt.replies]
        await core.store.unit(lambda tx, done=done: outbox.handed(tx, done, now=core.clock()))  # type: ignore[misc]  # bound early
