"""Rings the staff's group: number, level and link of an alarm, never a word of hers."""

import logging

from telegram import LinkPreviewOptions
from telegram.error import ChatMigrated, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.quiet import silence

logger = logging.getLogger(__name__)


class Bell:
    name = "Telegram 群"

    def __init__(self, token: str, api_url: str, group: int) -> None:
        silence()
        self._client = Client(token, api_url)
        self._group = group

    async def ring(self, number: str, level: str, link: str) -> str | None:
        """`level` in words. None when the group has it, else the class of the failure."""
        text = f"【{level}】{number}\n{link}"
        try:
            try:
                await self._send(text)
            except ChatMigrated as error:
                # A group that grew got another id; the operator finds the new one with /id.
                logger.warning("telegram_group_moved")
                self._group = error.new_chat_id
                await self._send(text)
        except TelegramError as error:
            return type(error).__name__
        return None

    async def close(self) -> None:
        await self._client.close()

    async def _send(self, text: str) -> None:
        await self._client.bot.send_message(
            self._group, text, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
