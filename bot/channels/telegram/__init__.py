"""Telegram: polled by ourselves, so that nothing is confirmed before it is committed."""

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.quiet import silence

__all__ = ["Pace", "Telegram", "silence"]
