"""The real application behind a loopback Bot API: her words in, the product's reply and buttons out."""

import asyncio
from pathlib import Path

from bot.app import build
from bot.settings import Settings
from tests.running import Program, free_port
from tests.telegram_api import TelegramApi
from tests.telegram_push import post

HER = 5550001


async def test_she_asks_and_reads_an_answer(api: TelegramApi, tmp_path: Path) -> None:
    settings = Settings(var=str(tmp_path), telegram_token=api.token, telegram_api_url=api.url, only="channels,outbox")
    app = build(settings)
    last = api.say(HER, "怀孕了公司要辞退我怎么办")
    async with app.running():
        await api.until(lambda: bool(api.messages(HER)), 60)
        assert any(message.text for message in api.messages(HER))
        await api.until(lambda: api.forgotten == last + 1)
        shown = len(api.messages(HER))
        api.say(HER, "他拿着刀在砸门")
        await api.until(lambda: any("110" in message.text for message in api.messages(HER)[shown:]), 30)


async def test_the_same_by_webhook_on_the_public_site(api: TelegramApi, tmp_path: Path) -> None:
    """The real program on a port: the chat page and Telegram's address share one door."""
    port = free_port()
    environ = {
        "HALFSKY_TELEGRAM_TOKEN": api.token,
        "HALFSKY_TELEGRAM_API_URL": api.url,
        "HALFSKY_TELEGRAM_MODE": "webhook",
        "HALFSKY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HALFSKY_ONLY": "channels,outbox",
    }
    program = Program(tmp_path, environ, port)
    try:
        await asyncio.to_thread(program.start)
        await api.until(lambda: api.webhook == f"{program.base}/telegram", 30)
        last = api.say(HER, "怀孕了公司要辞退我怎么办")
        await api.until(lambda: bool(api.messages(HER)) and not api.waiting, 60)
        assert api.forgotten == last + 1
        assert await post(api.webhook, b"{}", {}) == 403
        assert "怀孕" not in program.output
        assert api.token not in program.output
        assert api.secret not in program.output
    finally:
        program.stop()
