"""我老婆找过你们吗: nobody is told whether somebody else has written."""

import re

from handlers import buttons, heard
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

ANYBODY = (
    r"(?:老婆|妻子|媳妇|爱人|对象|老公|丈夫|前妻|前夫|女朋友|女友|男朋友|她|他|女儿|儿子|妈|爸|婆婆"
    r"|妹妹|姐姐|儿媳|家里人|别人|谁|有人|那女的|这个人)"
)
HERE = r"(?:你们|您们|这里|这儿|这边|妇联|平台|客服|机器人|你|您|12338)"
CAME = r"(?:找|来|问|联系|投诉|举报|咨询|反映|告|说|聊|打|发|写)"
ASKS = re.compile(
    rf"{ANYBODY}.{{0,6}}(?:有没有|是不是|是否|没有|可曾)?.{{0,4}}"
    rf"(?:{CAME}.{{0,2}}过?{HERE}|(?:跟|和|向|给|在|到){HERE}.{{0,3}}{CAME})"
    rf"|(?:查|看).{{0,4}}{ANYBODY}.{{0,4}}(?:记录|聊天|说了|来没来|来过)"
    rf"|{ANYBODY}(?:都|到底)?(?:跟|和|对|向){HERE}(?:都)?(?:说|讲|聊)(?:过|了)?(?:什么|啥|哪些|没有)?"
)
DONE = re.compile(r"过|了|没有|有没有|是不是|什么|啥|记录|是否")


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    asks = heard.asks(turn.text) or "没有" in said or said.startswith(("查", "帮我查", "看"))
    if not asks or not ASKS.search(said) or not DONE.search(said):
        return None
    return Outcome("others", (Reply(say("smalltalk.others"), (buttons.HUMAN,)),), turn.state.onward())
