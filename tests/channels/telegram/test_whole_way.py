"""The real application behind a loopback Bot API: her words in, the product's reply and buttons out."""

from pathlib import Path

from bot.app import build
from bot.settings import Settings
from tests.telegram_api import TelegramApi

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
