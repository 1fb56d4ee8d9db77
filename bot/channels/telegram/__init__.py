"""Telegram: polled by ourselves or called by it, and nothing is confirmed before it is committed."""

from bot.channels.telegram.bell import Bell
from bot.channels.telegram.channel import Account, Telegram
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.quiet import silence

__all__ = ["Account", "Bell", "Pace", "Telegram", "silence"]
