"""What the channel itself says to her."""

from handlers.phrases import require, say

require("wechat.welcome")

WELCOME = say("wechat.welcome")
