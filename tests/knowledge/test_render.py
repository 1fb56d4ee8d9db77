"""What she reads: the answer first, numbered steps, and where it is written with its date."""

from collections.abc import Sequence
from datetime import date

import pytest

from knowledge.article import Article, Source
from knowledge.render import details, plain, render
from tests.knowledge.samples import ORDER, changed


def test_answer_steps_and_source() -> None:
    assert render(ORDER).split("\n") == [
        ORDER.answer,
        "",
        "1. 先到安全的地方，有危险打110",
        "2. 带上身份证去法院",
        "",
        "依据：反家庭暴力法第23、25、28条（2016-03-01版）",
    ]


def test_many_sources_stay_one_line_and_the_details_name_them_all() -> None:
    article = changed(sources=tuple(Source(f"甲法{n}", f"第{n}条", date(2020, 1, n)) for n in range(1, 6)))
    assert render(article).endswith("甲法3第3条（2020-01-03版）；等5项")
    assert details(article).endswith("甲法5第5条（2020-01-05版）")


LOCAL = (Source("江苏省反家庭暴力条例", "条例", date(2022, 3, 1)),)


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"region": "jiangsu", "sources": LOCAL}, "依据（含江苏规定）：江苏省反家庭暴力条例（2022-03-01版）"),
        ({"region": "jiangsu"}, "依据（江苏适用）：反家庭暴力法第23、25、28条（2016-03-01版）"),
        (
            {"region": "suzhou", "sources": (Source("苏州市实事项目", "免费婚检", date(2006, 5, 11)),)},
            "依据（含苏州规定）：苏州市实事项目·免费婚检（2006-05-11版）",
        ),
    ],
)
def test_local_rules_are_marked(fields: dict[str, object], last: str) -> None:
    assert render(changed(**fields)).split("\n")[-1] == last


def test_a_service_without_its_hours_says_who_knows_them() -> None:
    article = changed(status="to_be_completed", answer="有志愿律师接待。")
    assert "时间和地点由工作人员告诉您。" in render(article).split("\n")
    twice = changed(status="to_be_completed", answer="时间地点工作人员会告诉您。")
    assert render(twice).count("告诉您") == 1


def test_every_article_of_the_project_reads_whole(articles: Sequence[Article], day: date) -> None:
    for article in articles:
        text = render(article)
        assert text.startswith(article.answer)
        assert all(step in text for step in article.steps)
        assert "版）" in text
        assert text.count("\n依据") == 1
        if article.status == "to_be_completed":
            assert "时间" in text, article.id
        assert not any(mark in details(article) for mark in ("**", "##", "\n- ", "`"))


def test_markdown_becomes_plain_text() -> None:
    assert plain("## 准备\n\n- **身份证**\n* 看[办法](http://x)\n`甲`") == "准备\n\n· 身份证\n· 看办法\n甲"
