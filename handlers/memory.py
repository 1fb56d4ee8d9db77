"""What she has already said is remembered, so that nobody asks it again."""

import re
from dataclasses import replace

from handlers import heard
from handlers.topics import pressed
from handlers.turn import Turn
from nlu.text import normal, tight
from tickets.callbacks import number_in

REACH = "reach"  # how she may be reached was asked: here, call
TOLD = "told"  # her own account so far, newest last
PROTECTED = "protected"
NUMBER = "number"  # her own number, shared as a card: sealed with the rest, told to nobody before she agrees
ELSEWHERE = "elsewhere"  # a place outside the city that she named before
# Answers to these are no account of hers, and a number must stay masked.
UNTOLD = frozenset({"contact", "number", "reuse", "when", "named", "slot", "confirm", "kind"})
KEEP = 1000  # characters of her account that travel with the conversation
ACCOUNT = 12  # characters from which her texts count as what happened
SILENT = frozenset({"smalltalk", "command"})

# 反家庭暴力法 art. 5 names minors, the old, the disabled, the pregnant and nursing, and the seriously ill.
GROUPS = re.compile(
    r"怀孕|孕期|怀着|身孕|孕妇|哺乳|坐月子|月子里|残疾|残障|聋哑|失明|盲人|瘫痪|智障|坐轮椅|癌|肿瘤|白血病|尿毒症|透析|重病|重症|绝症"
    r"|未成年|(?:我|我们)(?:今年|才|刚|只有|还|是|在)*(?:满)?(?:[1-9]|1[0-7])岁|(?:我|我今年|今年)(?:已经|都|快)?(?:[6-9]\d)(?:多)?岁?(?!块|元|斤|平|分|年)"
    r"|(?:妈|爸|奶奶|爷爷|外婆|外公|公公|婆婆|老人|母亲|父亲).{0,6}(?:[6-9]\d|[六七八九]十).{0,2}岁"
    r"|我(?:是|在|读|上|还在)*(?:小学|初中|高中|初[一二三]|高[一二三]|[一二三四五六]年级)"
)
GREEN_TOPICS = frozenset({"rights_dv", "rights_minor"})
MINOR = re.compile(
    r"(?:我|喔|俺)(?:今年|才|刚|只有|还|是|也|满|就)*(?:[5-9]|1[0-7]|[五六七八九十]|十[一二三四五六七])(?:周)?岁(?!的?(?:女儿|儿子|孩子|娃|闺女|宝宝))"
    r"|我(?:现在)?(?:是|在|读|上|念|还)*(?:个)?(?:小学|初中|高中|初[一二三]|高[一二三]|[一二三四五六]年级|中学)(?!.{0,2}(?:毕业|老师|同学))"
    r"|我(?:还)?(?:是)?未成年|(?:继父|后爸|养父|舅舅|叔叔|爷爷|姑父|姨夫|老师|班主任|教练|校长).{0,4}(?:摸|碰|脱|强奸|猥亵)(?:了|过|着)?我(?!女|儿|闺|孩|家|妹|弟|姐|妈|娃|同学|朋友)"
)


def minor(text: str) -> bool:
    return MINOR.search(tight(normal(text).text)) is not None


def protected(text: str) -> bool:
    return GROUPS.search(tight(normal(text).text)) is not None


def remember(turn: Turn) -> Turn:
    """The turn with place, account and protected group of this message added to its state."""
    state = turn.state
    facts = dict(state.facts)
    if protected(turn.text):
        facts[PROTECTED] = True
    if tells(turn):
        facts[TOLD] = "\n".join(
            part for part in (facts.get(TOLD), (turn.text if turn.detail else turn.said).strip()) if part
        )[-KEEP:]
    if turn.elsewhere:
        facts[ELSEWHERE] = turn.elsewhere
    elif turn.unit:
        facts.pop(ELSEWHERE, None)
    unit, elsewhere = turn.unit or state.unit, None if turn.unit else turn.elsewhere or facts.get(ELSEWHERE)
    if (unit, facts, elsewhere) == (state.unit, state.facts, turn.elsewhere):
        return turn
    return replace(turn, state=state.but(unit=unit, facts=facts), elsewhere=elsewhere)


def tells(turn: Turn) -> bool:
    """Her own words about her matter: no button, no greeting, no command."""
    text = turn.text.strip()
    if turn.state.form is not None and turn.state.form.asking in UNTOLD:
        return False
    if not text or heard.fragment(text) or heard.wordless(text) or pressed(turn) or fixed(text):
        return False
    understood = turn.understanding
    return understood.danger.kind is not None or understood.abstain or understood.group not in SILENT


def fixed(text: str) -> bool:
    said = heard.bare(text)
    return (
        said in heard.HUMANS | heard.HELPED | heard.UNSOLVED | heard.ERASES | heard.CAN | heard.SOMEONE | heard.SKIPS
        or heard.CANNOT.match(said) is not None
        or heard.READS.match(said) is not None
    )


def number(turn: Turn) -> str | None:
    """The number she gave before, in her words or as a card."""
    return number_in(str(turn.state.facts.get(TOLD) or "")) or turn.state.facts.get(NUMBER)


def account(turn: Turn) -> str | None:
    """Her account when it is long enough to count as what happened."""
    told = str(turn.state.facts.get(TOLD) or "")
    return told if len(heard.bare(told)) >= ACCOUNT else None


def green(turn: Turn, topic: str | None = None) -> bool:
    """A protected group, by what she said or by the topic itself."""
    return topic in GREEN_TOPICS or bool(turn.state.facts.get(PROTECTED))
