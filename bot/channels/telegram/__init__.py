"""Telegram: polled by ourselves or called by it, and nothing is confirmed before it is committed."""

from bot.channels.telegram.account import Account, account_of
from bot.channels.telegram.bell import Bell
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.checkup import troubles
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.quiet import silence

__all__ = ["Account", "Bell", "Pace", "Telegram", "account_of", "silence", "troubles"]
