"""The twelve answers that are most easily wrong: what no article may say, and what the right one must."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from knowledge.article import Article

SENTENCE = re.compile(r"[。；！？\n]")
ALL = r".*"


@dataclass(frozen=True)
class Trap:
    """A sentence of an article of `where` that matches `claim` and not `denied` is wrong; `lie` must be caught."""

    claim: str
    denied: str
    lie: str
    must: dict[str, str]
    where: str = ALL


NEVER = r"(?!)"
TRAPS = {
    "1 产假128天": Trap(r"128|158", NEVER, "江苏产假128天", {"rights-maternity-leave": "98天.*工作人员与您确认"}),
    "2 户口簿": Trap(
        r"户口[簿本]|户籍地", r"不再?需要|不用|不受|过时|以.*为准",
        "离婚登记要带户口簿、回户籍地办",
        {"marriage-registration": "不再需要户口簿", "marriage-divorce-documents": "不再需要户口簿，也不用回户籍地"},
        where=r"marriage-.*",
    ),
    "3 自动离": Trap(
        r"自动离", r"不会|不是", "冷静期30天后自动离成",
        {"marriage-divorce-agreed": "30日内一起去领离婚证，没去领就当撤回，不会自动离成"},
    ),
    "4 保护令的条件": Trap(
        r"保护令.*(先.{0,4}离婚|收费|诉讼费|担保|交钱)|先.{0,4}离婚.*保护令", r"不|同时",
        "申请保护令要先起诉离婚并提供担保", {"rights-dv-protection-order": "不用先离婚，不收诉讼费，也不用担保"},
    ),
    "5 只对夫妻": Trap(
        r"保护令.*(只|仅).*(夫妻|妻子|已婚)", r"不只|不仅", "保护令只有夫妻才能申请",
        {"rights-dv-order-not-married": "不只是夫妻.*一起生活.*分手、离婚后"},
    ),
    "6 三期绝对不能辞退": Trap(
        r"(孕期|三期|怀孕|哺乳期).*(绝对|一律|任何情况|都)不(能|得|可以)(辞退|解除|开除)", NEVER,
        "三期女职工绝对不能辞退", {"rights-maternity-dismissal": "第39条情形除外", "job-dispute-dismissal": "第39条"},
    ),
    "7 旧的治安处罚": Trap(
        r"治安管理处罚法.*第4[35]条|(殴打|打人|打老婆).*(200|二百)元", NEVER, "治安管理处罚法第43条：殴打他人",
        {"rights-dv-police": "500到1000元罚款", "rights-dv-warning": "拒不执行的，处警告或1000元以下罚款"},
    ),
    "8 外嫁女": Trap(
        r"(结婚|出嫁|外嫁|户口.*迁).*(就)?(丧失|失去|取消|没有).*(成员|分红)",
        r"不得|不能|不因|没有在别处|没取得|不丧失",
        "外嫁女户口一迁就丧失成员身份",
        {"rights-land-membership": "没有在别处取得成员身份的，原来的村集体不能因为您结婚就取消"},
    ),
    "9 一律对半": Trap(
        r"(对半|一人一半|各一半|平分)", r"不是|不会|不一定|没有", "离婚财产一人一半",
        {"marriage-property-split": "不是一律对半分.*照顾子女、女方和无过错方"},
    ),
    "10 妇女都能贷": Trap(
        r"妇女都能贷|全额贴息|\d+万元?", r"不要照用|不能", "妇女最高可贷8万元，全额贴息",
        {"loan-policy-now": "苏财金〔2025〕149号", "loan-eligibility": "不能替您下结论"}, where=r"loan-.*",
    ),
    "11 旧的贴息": Trap(
        r"(?i)LPR|BP|基点|贴息.*\d+(%|成|个点)", NEVER, "LPR减150BP以上部分由财政贴息",
        {"loan-terms": "利率、贴息.*公布的为准，这里不报数字"}, where=r"loan-.*",
    ),
    "12 12338全天": Trap(
        r"12338[^，；。]*(?:[，]?它)?[^；。]*(24小时|全天|急救)", r"不是24小时", "12338全天24小时有人接",
        {"rights-help-lines": "12338，它不是24小时急救电话"},
    ),
}  # fmt: skip


def sentences(article: Article) -> list[str]:
    """A title may ask what an answer denies, so titles are left out."""
    law = [f"{source.title}{source.article}" for source in article.sources]
    parts = [article.answer, *article.steps, *SENTENCE.split(article.body), *law]
    return [sentence for part in parts for sentence in SENTENCE.split(part) if sentence]


def wrong(trap: Trap, articles: Sequence[Article], day: date) -> list[tuple[str, str]]:
    return [
        (article.id, sentence)
        for article in articles
        if article.answers_on(day) and re.fullmatch(trap.where, article.id)
        for sentence in sentences(article)
        if re.search(trap.claim, sentence) and not re.search(trap.denied, sentence)
    ]


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_no_article_falls_into_it(trap: Trap, articles: Sequence[Article], day: date) -> None:
    assert wrong(trap, articles, day) == []


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_the_right_article_says_it(trap: Trap, articles: Sequence[Article]) -> None:
    by_id = {article.id: article for article in articles}
    for name, said in trap.must.items():
        text = " ".join((by_id[name].answer, *by_id[name].steps, by_id[name].body.replace("\n", " ")))
        assert re.search(said, text), (name, said)


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
@pytest.mark.parametrize("field", ["answer", "body"])
def test_the_lie_is_caught(trap: Trap, field: str, articles: Sequence[Article], day: date) -> None:
    name = next(iter(trap.must))
    spoilt = [
        (replace(article, answer=trap.lie) if field == "answer" else replace(article, body=trap.lie))
        if article.id == name
        else article
        for article in articles
    ]
    assert (name, trap.lie) in wrong(trap, spoilt, day)


def test_penalties_come_from_the_law_in_force(articles: Sequence[Article]) -> None:
    """The revised law renumbered its articles and raised its fines on 2026-01-01."""
    cited = [source for article in articles for source in article.sources if source.title == "治安管理处罚法"]
    assert cited
    assert {source.date for source in cited} == {date(2026, 1, 1)}
