"""Somebody writes about another person's danger: the neighbour, the mother, the teacher need a script of their own."""

import re

from nlu.text import Normal
from nlu.understanding import Danger, Entity

# Who the other person is. 我 inside 我妈 or 我女儿 is no first person.
OTHER = re.compile(
    "隔壁|邻居|楼上|楼下|对门|对面那家|小区里|村里(?:的|有|一)|路边|街上|同事|闺蜜|朋友|室友|同学|同桌|学生|班上|班里"
    "|工友|租客|客人|客户|亲戚|侄女|外甥女|堂姐|表姐|堂妹|表妹|表嫂|嫂子|弟媳|儿媳妇?|姐姐?|妹妹?|我妈|妈妈|母亲"
    "|阿姨|姑姑|小姨|女儿|闺女|囡囡|儿子|孩子|宝宝|小朋友|小孩|孙女|孙子|外孙女?|产妇|有个女的|一个女的|那家的"
    "|那女的|那个女(?:人|孩|的)|他老婆|她"
)
MYSELF = (
    "(?:我(?!妈|爸|姐|妹|哥|弟|女|儿|闺|嫂|姨|朋友|同事|邻居|学生|的学生|们班|孩子|娃|家|老婆|媳妇|外|孙|侄"
    "|看|听|想帮|能|该|在外|怎)|喔|吾|俺)"
)
HARM = (
    "(?:打|揍|扇|抽|踢|踹|捶|砍|掐|勒|杀|捅|锁|关|绑|拐|卖|堵|跟踪|尾随|威胁|强奸|强暴|侵犯|摸|碰|逼|赶|轰|撵|拖|推|追"
    "|救|害|弄死|泼)"
)
VICTIM = re.compile(
    rf"{HARM}(?:了|着|过|死|伤|到|的是|得)*{MYSELF}"
    rf"|{MYSELF}(?:被|挨|让他|给他|不想活|想死|快死|要死|活不|在流血|出不去|的?(?:脖子|脸|头|肚子|手|胳膊|腿))"
    r"|^(?:我)?(?:不想活|想死|活不下去|活着没)"
)


def helper_entity(normal: Normal, danger: Danger) -> Entity | None:
    """The word for the other person; only where there is danger and it is not the writer's own."""
    if danger.kind is None or danger.kind == "mass_event":
        return None
    found = OTHER.search(normal.text)
    if found is None or VICTIM.search(normal.text.replace(" ", "")):
        return None
    start, end = normal.span(found.start(), found.end())
    return Entity("helper", found[0], start, end, None)
