"""Every article of the project keeps the rules, and every planted breach is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from knowledge.article import Article, Source
from knowledge.facts import Facts
from knowledge.lint import lint
from nlu.taxonomy import taxonomy
from tests.knowledge.samples import LEAVE, ORDER, changed

INTENTS = frozenset(taxonomy().intents)
LAW = ORDER.sources[0]


def test_the_projects_own_articles_are_clean(written: Sequence[Article], facts: Facts) -> None:
    assert [str(fault) for fault in lint(written, facts, INTENTS)] == []


def test_the_sample_is_clean(facts: Facts) -> None:
    assert lint([ORDER, LEAVE], facts, INTENTS) == []


def test_every_consultation_has_an_article_that_answers(articles: Sequence[Article], day: date) -> None:
    covered = {intent for article in articles if article.answers_on(day) for intent in article.intents}
    wanted = {name for name, intent in taxonomy().intents.items() if intent.consultation}
    assert wanted - covered - {"other_out_of_scope"} == set()


BREACHES = [
    pytest.param(changed(intents=("rights_nothing",)), "intents", "rights_nothing", id="intent"),
    pytest.param(changed(intents=()), "intents", "至少", id="no-intent"),
    pytest.param(changed(related=("nowhere",)), "related", "nowhere", id="related"),
    pytest.param(changed(related=("rights-order",)), "related", "自己", id="related-to-itself"),
    pytest.param(changed(region="mars"), "region", "mars", id="region"),
    pytest.param(changed(status="perhaps"), "status", "perhaps", id="status"),
    pytest.param(changed(status="superseded"), "valid_to", "哪一天", id="superseded-without-end"),
    pytest.param(changed(answer="好" * 201), "answer", "201个字", id="long-answer"),
    pytest.param(changed(steps=("先打110",)), "steps", "2到3步", id="one-step"),
    pytest.param(changed(steps=("一" * 31, "先打110")), "steps 第1项", "31个字", id="long-step"),
    pytest.param(changed(variants=ORDER.variants[:5]), "variants", "6", id="few-variants"),
    pytest.param(changed(variants=(*ORDER.variants, ORDER.variants[0])), "variants", "重复", id="same-variants"),
    pytest.param(changed(body=""), "正文", "不能为空", id="no-body"),
    pytest.param(changed(valid_to=date(2015, 1, 1)), "valid_to", "早于", id="dates"),
    pytest.param(changed(review_by=date(2015, 1, 1)), "review_by", "不晚于", id="review"),
    *[
        pytest.param(changed(body=f"- 我们{word}判离。"), "正文", word, id=word)
        for word in ("保证", "一定能", "肯定会赢", "包过")
    ],
    pytest.param(changed(body="- 为了孩子忍一忍。"), "正文", "为了孩子忍", id="endure"),
    pytest.param(changed(body="- 有事打12388。"), "正文", "12388", id="other-hotline"),
    pytest.param(changed(body="- 可以打0512-65123456。"), "正文", "0512-65123456", id="landline"),
    pytest.param(changed(body="- 请加13812345678。"), "正文", "13812345678", id="mobile"),
    pytest.param(changed(body="- 请拨114查询。"), "正文", "114", id="short-number"),
    pytest.param(changed(body="- <b>重要</b>"), "正文", "<b", id="markup"),
    pytest.param(changed(answer=ORDER.answer.replace("72", "48")), "answer", "48小时", id="untraceable-figure"),
    pytest.param(changed(steps=("先打110", "30日内去法院")), "steps 第2项", "30日", id="untraceable-step"),
    pytest.param(changed(body="- 有效期六个月。"), "正文", "六个月", id="spelled-figure"),
    pytest.param(changed(body="- {{ no_such_days }}内。"), "正文", "no_such_days", id="no-such-parameter"),
    pytest.param(changed(body="- {{cooling off}}内。"), "正文", "{{ 名称 }}", id="malformed-reference"),
    pytest.param(changed(helper="张主任"), "helper", "张主任", id="helper-is-a-person"),
    pytest.param(changed(prepare=("一" * 25,)), "prepare 第1项", "25个字", id="long-prepare"),
    pytest.param(changed(prepare=("30日内的收据",)), "prepare 第1项", "30日", id="untraceable-prepare"),
    pytest.param(changed(reviewed_by="李平"), "reviewed_on", "都不写", id="reviewed-without-day"),
    pytest.param(changed(sources=()), "sources", "至少", id="no-source"),
    pytest.param(changed(sources=(replace(LAW, fact=()),)), "sources 第1项 fact", "行号", id="no-fact"),
    pytest.param(changed(sources=(LAW, replace(LAW, fact=("R99",)))), "sources 第2项 fact", "R99", id="no-such-fact"),
    pytest.param(
        changed(sources=(LAW, replace(LAW, fact=("R40",)))),
        "sources 第2项 fact", "还没有核实（S）", id="secondhand",
    ),
    pytest.param(
        changed(sources=(LAW, replace(LAW, fact=("L27",)))),
        "sources 第2项 fact", "还没有核实（R）", id="recalled",
    ),
    pytest.param(changed(sources=(LAW, replace(LAW, fact=("L02",)))), "sources 第2项 fact", "已经失效", id="historic"),
    pytest.param(changed(sources=(LAW, replace(LAW, fact=("L13",)))), "sources 第2项 fact", "外地", id="elsewhere"),
    pytest.param(
        changed(sources=(replace(LAW, date=date(2019, 1, 1)),)),
        "sources 第1项 date", "2019-01-01", id="date",
    ),
    pytest.param(
        changed(body="- 有4个库。", sources=(LAW, Source("妇联服务事项", "清单", date(2010, 12, 31), ("A44",)))),
        "正文", "“4”", id="service-proves-no-figure",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("article", "field", "text"), BREACHES)
def test_a_planted_breach_is_found(article: Article, field: str, text: str, facts: Facts) -> None:
    found = lint([article], facts, INTENTS)
    assert [
        fault for fault in found if fault.file == "rights-order.md" and fault.field == field and text in fault.text
    ], found


def test_a_breach_among_the_real_ones_is_the_only_one(written: Sequence[Article], facts: Facts) -> None:
    spoilt = [
        replace(article, answer="江苏产假128天。") if article.id == "rights-maternity-leave" else article
        for article in written
    ]
    assert [(fault.file, fault.field) for fault in lint(spoilt, facts, INTENTS)] == [
        ("rights-maternity-leave.md", "answer")
    ]


def test_withheld_rows_have_no_text(facts: Facts) -> None:
    assert not facts.ids & set(facts.withheld)
    assert {"R40", "R41", "M46", "J23", "L09", "L10", "L27"} <= set(facts.withheld)
    assert set(facts.withheld.values()) == {"S", "R"}
    assert {row.status for row in facts.rows.values()} == {"V-T", "V-P", "service"}
