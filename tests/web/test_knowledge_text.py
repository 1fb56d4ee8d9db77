"""The knowledge pages without a browser: forms, filters, differences, groups."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core import encode
from knowledge.load import ARTICLES, load
from knowledge.write import written
from store.articles import Version
from store.unanswered import Question
from tests.knowledge.samples import ORDER
from web.knowledge.differences import changes
from web.knowledge.form import EMPTY, article_of, fields_of
from web.knowledge.groups import WEEK, grouped
from web.knowledge.states import standings

DAY = date(2026, 11, 23)
NOW = 1_795_400_000_000_000


def version(text: str, **about: object) -> Version:
    plain = Version(1, "rights-order", 1, text, "shipped", "approved", None, None, "", NOW, None, None, None)
    return replace(plain, **about)  # type: ignore[arg-type]  # fields by name


def test_every_article_survives_the_form() -> None:
    for article in load(ARTICLES):
        again, faults = article_of(fields_of(article))
        assert not faults, article.id
        assert again == replace(article, reviewed_by=None, reviewed_on=None)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("review_by", "", "不能为空"),
        ("review_by", "明年", "2026-01-01"),
        ("valid_from", "2026/1/1", "2026-01-01"),
        ("sources", "反家庭暴力法 第23条", "名称 | 条 | 日期 | 事实行"),
        ("sources", "反家庭暴力法 | 第23条 | | R17", "不能为空"),
        ("title", "", "要写成文字"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: str, words: str) -> None:
    article, faults = article_of({**fields_of(ORDER), field: value})
    assert article is None
    assert any(words in fault.text and field in fault.field for fault in faults), faults


def test_an_empty_form_is_full_of_faults_and_no_crash() -> None:
    article, faults = article_of(fields_of(EMPTY))
    assert article is None
    assert faults


TEXT = written(ORDER)
STATES = [
    pytest.param(version(TEXT), version(TEXT), {"all", "review"}, id="shipped"),
    pytest.param(version(TEXT), version(TEXT, confirmed_by=7), {"all"}, id="confirmed"),
    pytest.param(version(TEXT, state="waiting"), version(TEXT, confirmed_by=7), {"all", "waiting"}, id="waiting"),
    pytest.param(version(TEXT, retired_at=NOW), None, {"all", "retired"}, id="retired"),
    pytest.param(
        version(TEXT, valid_from=date(2027, 1, 1)), version(TEXT, confirmed_by=7), {"all", "scheduled"}, id="scheduled"
    ),
    pytest.param(
        version(written(replace(ORDER, review_by=date(2026, 12, 20)))), version(TEXT, confirmed_by=7),
        {"all", "due"}, id="due-soon",
    ),
    pytest.param(
        version(written(replace(ORDER, review_by=date(2026, 1, 1)))), version(TEXT, confirmed_by=7),
        {"all", "due"}, id="overdue",
    ),
    pytest.param(
        version(written(replace(ORDER, valid_to=date(2026, 1, 1)))), version(TEXT, confirmed_by=7),
        {"all", "expired"}, id="expired",
    ),
    pytest.param(version("没有文件头"), None, {"all"}, id="unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("newest", "live", "tags"), STATES)
def test_under_which_filters_it_stands(newest: Version, live: Version | None, tags: set[str]) -> None:
    (found,) = standings([newest], {"rights-order": live} if live else {}, DAY)
    assert found.tags == tags


def test_the_difference_shows_only_what_changed() -> None:
    new = written(replace(ORDER, answer="去法院申请。"))
    found = changes(TEXT, new)
    assert [one.text for one in found if one.kind == "gone"] == [f"answer: {ORDER.answer}"]
    assert [one.text for one in found if one.kind == "new"] == ["answer: 去法院申请。"]
    assert changes(TEXT, TEXT) == []


def question(number: int, text: str, days: int = 0, *, unsolved: bool = False) -> Question:
    return Question(number, text, NOW - days * WEEK // 7, None, unsolved)


def test_what_asks_the_same_stands_together_with_its_trend() -> None:
    asked = [
        question(1, "产假能休多久"),
        question(2, "产假可以休多长时间"),
        question(3, "产假休多久呀", days=9),
        question(4, "村里不给我分地"),
    ]
    groups = grouped(asked, encode, NOW)
    assert [len(group.questions) for group in groups] == [3, 1]
    assert (groups[0].this_week, groups[0].last_week) == (2, 1)
    assert groups[0].trend == "本周 2，上周 1，上升"
    assert groups[1].questions[0].text == "村里不给我分地"
    assert grouped([], encode, NOW) == []
