"""The web chat: one static page, a socket, and plain HTTP where the socket is blocked."""

from bot.channels.webchat.arriving import Arriving
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.ports import Resumed

__all__ = ["Arriving", "Limits", "Resumed", "WebChat"]
