"""Short fixed things she may write, recognised without the model."""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.article import Candidate
from nlu.text import normal, tight

MARKS = re.compile(r"[\s。．.，,、！!？?~～…·：:；;“”\"'‘’()（）【】—-]+")
EMOJI = re.compile(r"[\W_]+")

SKIPS = frozenset(
    {
        "跳过",
        "不想说",
        "不知道",
        "不清楚",
        "不方便说",
        "不说",
        "略",
        "过",
        "下一个",
        "不想讲",
        "不告诉你",
        "保密",
        "没有",
    }
)
SKIP_PARTS = re.compile(r"^(?:我)?(?:先|也|就)?(?:不想|不愿意?|不方便|不敢|不便)(?:说|讲|填|写|透露|告诉|留)")
HERE = re.compile(
    r"(?:就)?在?这(?:里|儿)(?:回|说|联系|就)|不用(?:另外)?联系|别(?:打|联系|给我打)|不要(?:打|联系)|这里就"
)
CALLS = re.compile(r"^(?:可以|想|要)?(?:打|接|留)?(?:个)?电话(?:吧|联系|可以)?$")
HUMANS = frozenset({"找人", "人工", "转人工", "找人工", "我要找人", "找人说", "找真人", "真人", "我要人工"})
HELPED = frozenset({"有帮助", "有用", "解决了", "有帮助谢谢"})
UNSOLVED = frozenset({"没解决", "没有解决", "没用", "没帮助", "没有帮助", "不管用", "还是没解决"})
_NEWS = (
    r"(?:怎么样|怎样|咋样|(?:办|处理|弄)(?:得|的)?(?:怎么样|咋样|怎样)|(?:办|走|进行)?到哪(?:一)?步|办到哪(?:里|儿)?"
    r"|有(?:结果|进展|消息|回复|答复))"
)
READS = re.compile(
    r"^(?:我)?(?:要|想)?(?:看|查看|看看|看一下|看下)(?:一下)?(?:新)?(?:回复|消息|留言|答复)?$"
    # 我那件事怎么样了, 到哪一步了: how it stands, and what waits for her
    rf"|^(?:请问|想问|问一下)?(?:(?:我|上次)(?:上次|的|那|这|件|个|说|反映)*(?:事情?|情况|问题))?(?:现在|后来)?{_NEWS}(?:了|啦|吗|呢|没有?|啊)+$"
)
ERASES = frozenset({"删除我的记录", "把我说的都删掉", "删掉我的记录", "清除我的记录"})
CAN = frozenset({"方便", "方便的", "我方便", "现在方便", "可以说", "能说", "方便说"})
CANNOT = re.compile(
    r"^(?:我)?(?:现在|这会儿|暂时)?(?:不|不太|不大|很不)方便(?:说话|说|讲话|讲|了|的)?$|^不能说(?:话)?$"
)
SOMEONE = frozenset({"有人", "有人在", "有人陪", "有人陪我", "身边有人", "有的"})
ALONE = re.compile(
    r"^(?:现在|身边|旁边)?(?:没有?人|就我一个(?:人)?|只有我(?:一个人?)?|我一个人|一个人)(?:在|陪|陪我)?$"
)
SILENCE = re.compile(
    r"(?:别|不要|勿)(?:再|给我|来)*(?:发|回|弹|响)(?:我|给我)?(?:消息|信息)?(?:了)?$|先不(?:说|讲|聊)了?$|(?:不聊|不说)了$|静音$"
)
FINE = re.compile(
    r"没事(?:了|儿了|啦|的)|误会|和好|不用(?:管|来|报警|报案|麻烦|处理|你们)|别(?:报警|来|管|处理)|不(?:需要|要)(?:报警|来|管|处理)"
    r"|开(?:个)?玩笑|撤(?:销|回|案|诉)|取消|当我没说|他(?:已经)?(?:走了|睡了|睡着了|道歉|认错)|解决了|气话|发错|说着玩|不用了|算了|就是吵"
)
REACHED = re.compile(
    r"微信|qq|电话|手机|短信|邮箱|联系|打给|加我|白天|晚上|上午|中午|下午|周末|下班|点(?:后|前|以后|之后|钟)",
    re.IGNORECASE,
)
PRIVACY = re.compile(
    r"保密|隐私|泄露|泄漏|会不会(?:告诉|让|被).{0,8}知道|别人(?:会|能)(?:不会|不能)?(?:看|知道)|(?:会|能)不(?:会|能)被(?:别人|人)?(?:看|知道)"
)
WHY = re.compile(r"为什么|为啥|干嘛|干什么|问这|要我?地址")
QUESTION = re.compile(
    r"[?？]|吗|怎么|怎样|咋|如何|什么|啥|多少|哪|能不能|可不可以|可以不|要不要|是不是|有没有|(?<!好)几(?:天|年|个|岁|次)|多久|多长|谁来?|为什么"
)
OPENER = re.compile(
    r"^(?:(?:您|你)好)?(?:在|在吗|在么|在不在|在嘛|有人|有人吗|有人在吗|有人么|(?:我)?(?:有|遇到)(?:个|点|件|一件)*(?:事|事情|问题|麻烦|情况)"
    r"|(?:我)?(?:想|要)?(?:请问|问问|问|咨询|请教|打听|了解|反映|说说|说)(?:一?下|个|点|件|一个|一件)*(?:事|事情|问题|情况|东西|吗)*"
    r"|(?:我)?(?:该|应该|现在)?怎么办|帮帮?我|帮帮忙|帮个忙|求助|求帮助)"
    r"(?:想问|吗|呢|啊|呀|哦|哈|您|你|你们)*$"
)
PIECE = (
    r"(?:我们|我|他|她|俺|咱|家里|家|老公|丈夫|男人|男的|男朋友|男友|前夫|老婆|妻子|对象|婆婆|公公|爸爸?|妈妈?|父母|孩子|儿子|女儿|娃|老板|公司|单位"
    r"|昨晚|昨天|昨夜|前天|今天|今早|今晚|刚才|刚刚|刚|最近|以前|上周|早上|晚上|半夜|现在|又|就|就是|还|也|都|然后|那个|这个|那|这|因为|所以|但是|可是|而且|和|跟|的|了"
    r"|嗯+|呃+|额+|啊+|唉+|哎+|是这样|怎么说呢?|不知道怎么说|说来话长|每次|每天|一直|总是|老是|已经)"
)
FRAGMENT = re.compile(rf"^{PIECE}+$")


@lru_cache(maxsize=256)
def bare(text: str) -> str:
    """Simplified, without white space and marks: 我 要「找人」！ and 我要找人 are the same."""
    return MARKS.sub("", tight(normal(text).text)).lower()


def skips(text: str) -> bool:
    said = bare(text)
    return said in SKIPS or SKIP_PARTS.match(said) is not None


def asks(text: str) -> bool:
    return QUESTION.search(text) is not None


def whole_question(text: str, found: Sequence[Candidate]) -> bool:
    """It has an answer by itself, whatever stands before it or is open."""
    return asks(text) and any(one.confident for one in found)


def fragment(text: str) -> bool:
    """Content-free so far: 在吗, 我想问个事, 我老公, 昨晚又."""
    said = bare(text)
    return OPENER.match(said) is not None or (bool(said) and FRAGMENT.match(said) is not None)


def wordless(text: str) -> bool:
    """Emoji, marks and nothing else."""
    return not text.strip() or EMOJI.fullmatch(normal(text).text) is not None
