"""说简单点, 说详细点, 要带什么: the article of the last answer once more, shorter, longer, or what to prepare."""

import re
from collections.abc import Callable

from handlers import buttons, heard
from handlers.turn import Outcome, Reply, Turn
from knowledge.article import Article
from knowledge.render import details, prepared, simple

ASK = r"(?:请|能不能|能|可以|可不可以|麻烦)?(?:您|你)?(?:再)?(?:给我|帮我|跟我)?"
END = r"(?:吗|么|呢|吧|啊|呀|行吗|好吗|可以吗)?"
SIMPLE = re.compile(
    rf"{ASK}(?:说|讲|写|解释)?(?:得|的)?(?:更|再)?(?:简单|简短|短|通俗|直白|明白|清楚)(?:一点|一些|点|些)(?:说|讲)?{END}"
    rf"|(?:太长|太多|太复杂|太难)(?:了)?(?:看不懂|不懂|看不完)?|(?:看|听)不(?:太)?(?:懂|明白){END}|没(?:看|听)懂|(?:总之|所以)?(?:我)?(?:到底|究竟)?该怎么做"
)
DETAIL = re.compile(
    rf"{ASK}(?:说|讲|写|解释)?(?:得|的)?(?:更|再)?(?:详细|仔细|具体|细)(?:一点|一些|点|些|说说|讲讲)?(?:说|讲)?{END}|(?:还有吗|详细内容|更多|详情|展开)"
)
PREPARE = re.compile(
    rf"{ASK}(?:那|我)?(?:要|需要|得|应该|该)?(?:带|准备|提供|交|用)(?:一?些|点|上|好)?(?:什么|啥|哪些)(?:材料|资料|证件|东西|手续|文件)?(?:去|过去|来)?{END}"
    rf"|(?:要|需要)(?:什么|啥|哪些)(?:材料|资料|证件|手续)(?:准备)?{END}|(?:材料|证件|资料)(?:要|有)?(?:什么|啥|哪些){END}"
)
KINDS: tuple[tuple[re.Pattern[str], Callable[[Article], str]], ...] = (
    (SIMPLE, simple),
    (DETAIL, details),
    (PREPARE, prepared),
)


def wanted(text: str) -> Callable[[Article], str] | None:
    said = heard.bare(text)
    return next((shown for words, shown in KINDS if words.fullmatch(said)), None)


def handle(turn: Turn) -> Outcome | None:
    if turn.state.article is None:
        return None
    shown = wanted(turn.text)
    if shown is None:
        return None
    article = turn.find_article(turn.state.article)
    if article is None:
        return None
    others = [name for name in (buttons.SIMPLE, buttons.DETAIL, buttons.PREPARE) if wanted(name) is not shown]
    reply = Reply(shown(article), (*others[:2], buttons.UNSOLVED, buttons.HUMAN), article=article.id)
    return Outcome("more", (reply,), turn.state.onward(), topic=turn.state.topic)
