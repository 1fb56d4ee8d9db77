"""那孩子呢, 那房子呢, 利息呢: a few words that mean something only after what was said before."""

import re
from dataclasses import dataclass

from handlers import heard

HOME = re.compile(r"marriage_|rights_(?:dv|support|stalking|liberty)$")
LOAN = re.compile(r"loan_(?!fraud)|job_startup$")
WAGES = re.compile(r"job_dispute$|rights_(?:maternity|hiring)$")
LEAD = r"(?:那么?|还有|另外|要是|如果|至于|关于)*"
OWNER = r"(?:我们?|家里|他|她|双方|婚前|婚后)?的?"
TAIL = (
    r"(?:的?(?:事|问题))?(?:呢|怎么办|咋办|怎么弄|怎么处理|怎么分|怎么算|怎么说|归谁|跟谁|给谁|判给谁|谁来?(?:管|养|还)|要不要|有吗|多少)"
    r"(?:呢|啊|呀|吗|嘛)*"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    topic: str
    question: str  # the whole question, as she would have asked it without the one before


@dataclass(frozen=True, slots=True)
class _Row:
    after: re.Pattern[str]  # what the conversation is about
    words: re.Pattern[str]
    meaning: Meaning


def _row(after: re.Pattern[str], nouns: str, topic: str, question: str) -> _Row:
    return _Row(after, re.compile(rf"{LEAD}{OWNER}(?:{nouns}){TAIL}"), Meaning(topic, question))


ROWS = (
    _row(HOME, "抚养费|生活费|赡养费", "rights_support", "离婚后对方不给孩子抚养费怎么办"),
    _row(HOME, "孩子|小孩|娃娃?|宝宝|儿子|女儿|闺女|小的|抚养权", "marriage_custody", "离婚孩子抚养权归谁"),
    _row(
        HOME,
        "房子|婚房|房产|钱|财产|存款|车子?|家产|家里的钱|东西",
        "marriage_property",
        "离婚时房子和存款这些夫妻共同财产怎么分",
    ),
    _row(
        HOME,
        "债务?|欠的钱|外债|欠款|房贷|贷款|信用卡",
        "marriage_property",
        "离婚时对方欠的债算不算夫妻共同债务，要我还吗",
    ),
    _row(HOME, "彩礼|嫁妆|三金|礼金", "marriage_bride_price", "离婚时彩礼要不要退"),
    _row(LOAN, "利息|利率|贴息", "loan_rate", "创业担保贷款利息多少、谁来补"),
    _row(LOAN, "额度|多少钱|最多", "loan_amount", "创业担保贷款最多能借多少"),
    _row(LOAN, "担保人?|抵押|保人", "loan_guarantee", "创业担保贷款要不要人担保"),
    _row(LOAN, "材料|资料|证件", "loan_documents", "创业担保贷款要带什么材料"),
    _row(LOAN, "条件|要求|征信", "loan_eligibility", "申请创业担保贷款要什么条件"),
    _row(LOAN, "流程|手续|步骤", "loan_process", "创业担保贷款怎么申请"),
    _row(WAGES, "工资|赔偿|补偿|补偿金|社保|加班费|合同", "job_dispute", "公司辞退我，工资和补偿怎么算"),
)


def meaning(text: str, topic: str | None) -> Meaning | None:
    """What these few words ask after an answer about `topic`."""
    said = heard.bare(text)
    if topic is None or not 2 <= len(said) <= 14:
        return None
    return next((row.meaning for row in ROWS if row.after.match(topic) and row.words.fullmatch(said)), None)
