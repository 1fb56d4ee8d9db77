"""WeChat official account: pushes answered in time, replies counted, nothing dropped in silence."""

from bot.channels.wechat.account import Account, account_of
from bot.channels.wechat.channel import PATH, WeChat
from bot.channels.wechat.quiet import silence

__all__ = ["PATH", "Account", "WeChat", "account_of", "silence"]
