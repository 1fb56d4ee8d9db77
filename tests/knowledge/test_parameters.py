"""Numbers stand once in the table, with source and days; articles get the value of the day they answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from knowledge.article import Article
from knowledge.facts import Facts
from knowledge.lint_parameters import lint_parameters
from knowledge.parameters import (
    MissingParameter,
    Parameter,
    Parameters,
    load_parameters,
    load_wanted,
    names_in,
    used_by,
)
from knowledge.search import Library
from knowledge.today import on_day
from tests.knowledge.samples import ORDER, Encode, changed

OLD = Parameter("order_hours", "作出决定", "72", "小时", "反家庭暴力法", "第28条", date(2016, 3, 1), "R21")
NEW = replace(OLD, value="48", valid_from=date(2027, 1, 1))
TABLE = Parameters([OLD, NEW])
EVE, MORNING = date(2026, 12, 31), date(2027, 1, 1)


def test_every_shipped_value_stands_in_its_fact_row(facts: Facts) -> None:
    assert [str(fault) for fault in lint_parameters(load_parameters(), facts)] == []


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (replace(OLD, value="36"), "“36小时”在 R21"),
        (replace(OLD, unit="天"), "“72天”在 R21"),
        (replace(OLD, fact="R40"), "不能作为依据"),
        (replace(OLD, fact=None), "不能作为依据"),
        (replace(OLD, dated=date(2020, 1, 1)), "没有 2020-01-01"),
        (replace(OLD, valid_from=MORNING, valid_to=EVE), "早于"),
    ],
)
def test_a_wrong_one_is_found(row: Parameter, text: str, facts: Facts) -> None:
    assert any(text in str(fault) for fault in lint_parameters(Parameters([row]), facts))


def test_the_value_of_the_day(facts: Facts) -> None:
    article = changed(answer="法院{{ order_hours }}内决定。", prepare=("{{order_hours}}内的回执",))
    shown = [on_day(article, TABLE, day) for day in (EVE, MORNING)]
    assert [one.answer for one in shown if one] == ["法院72小时内决定。", "法院48小时内决定。"]
    assert shown[1] is not None
    assert shown[1].prepare == ("48小时内的回执",)


def test_without_a_value_the_article_is_silent(encode: Encode) -> None:
    ended = Parameters([replace(OLD, valid_to=EVE)])
    article = changed(answer="法院{{ order_hours }}内决定。")
    library = Library([article], encode, parameters=ended)
    assert library.find(article.id, EVE) is not None
    assert library.find(article.id, MORNING) is None
    assert library.search(article.title, None, [], MORNING) == []
    with pytest.raises(MissingParameter):
        ended.fill("{{ order_hours }}", MORNING)


def test_past_its_review_day_it_answers_with_a_caution(encode: Encode) -> None:
    library = Library([ORDER], encode)
    for day, overdue in ((ORDER.review_by, False), (date(2027, 7, 1), True)):
        found = library.search(ORDER.title, None, [], day)
        assert [one.article.overdue for one in found] == [overdue]


def test_at_least_forty_numbers_of_the_articles_come_from_the_table(written: Sequence[Article]) -> None:
    used = used_by(written)
    assert set(used) <= load_parameters().names
    assert sum(len(ids) for ids in used.values()) >= 40
    assert "marriage-divorce-agreed" in used["cooling_off_days"]
    assert names_in(ORDER) == frozenset()


def test_what_is_wanted_is_not_in_the_table() -> None:
    assert not {one.name for one in load_wanted()} & load_parameters().names
