"""A file that is not quite right is refused with its name, its field and the reason, all faults at once."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.fault import ArticleFaults
from knowledge.load import ARTICLES, load, read
from tests.knowledge.samples import FILE, written

DAMAGES = [
    pytest.param("title: 人身安全保护令怎么申请\n", "", "title", "缺少这一项", id="missing"),
    pytest.param("region: national\n", "region: national\ncolour: red\n", "colour", "没有这样一项", id="unknown"),
    pytest.param("region: national\n", "region: national\nregion: suzhou\n", "文件头", "“region”写了两次", id="twice"),
    pytest.param("intents: [rights_dv]", "intents: rights_dv", "intents", "要写成列表", id="not-a-list"),
    pytest.param("几天能下来", "12", "variants 第4项", "要写成文字", id="number-in-list"),
    pytest.param("几天能下来", '""', "variants 第4项", "要写成文字", id="empty-in-list"),
    pytest.param("title: 人身安全保护令怎么申请", "title: null", "title", "不能为空", id="null-text"),
    pytest.param("review_by: 2027-06-30", "review_by: null", "review_by", "不能为空", id="null-review"),
    pytest.param(
        "valid_from: 2016-03-01", 'valid_from: "2016-03-01"', "valid_from",
        "要写成不带引号的日期", id="quoted-date",
    ),
    pytest.param("valid_from: 2016-03-01", "valid_from: 2016-03-01 08:00:00", "valid_from", "日期", id="time-of-day"),
    pytest.param("date: 2016-03-01", "date: soon", "sources 第1项 date", "日期", id="source-date"),
    pytest.param("article: 第28条, ", "", "sources 第1项 article", "缺少这一项", id="source-missing"),
    pytest.param("fact: [R21]", "facts: [R21]", "sources 第1项 facts", "没有这样一项", id="source-unknown"),
    pytest.param(
        "  - {title: 反家庭暴力法",
        "  - 反家庭暴力法\n  - {title: 反家庭暴力法", "sources 第1项", "要写成", id="source-text",
    ),
    pytest.param("id: rights-order", "id: rights-other", "id", "和文件名不一致", id="wrong-name"),
    pytest.param("answer: ", "answer: 例如: ", "文件头", "第6行格式不对", id="colon"),
    pytest.param("---\n- 求助", "- 求助", "文件头", "---", id="no-end"),
    pytest.param("---\nid", "id", "文件头", "---", id="no-start"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "field", "text"), DAMAGES)
def test_a_damage_is_named(tmp_path: Path, good: str, bad: str, field: str, text: str) -> None:
    assert good in FILE
    articles, faults = read(written(tmp_path / "a", FILE.replace(good, bad, 1)))
    assert not articles
    assert [
        fault for fault in faults if fault.file == "rights-order.md" and fault.field == field and text in fault.text
    ]


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "a", FILE.replace("title: 人身安全保护令怎么申请\n", "").replace("region: national\n", "")
    )
    written(folder, FILE.replace("status: verified\n", ""), "second.md")
    (folder / "third.md").write_bytes("---\ntitle: 离婚".encode("gbk"))
    with pytest.raises(ArticleFaults) as caught:
        load(folder)
    named = {(fault.file, fault.field) for fault in caught.value.faults}
    assert named == {
        ("rights-order.md", "title"),
        ("rights-order.md", "region"),
        ("second.md", "status"),
        ("second.md", "id"),
        ("third.md", "文件"),
    }
    assert "rights-order.md：title：缺少这一项" in str(caught.value)


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ArticleFaults, match="没有这个文件夹"):
        load(tmp_path / "nowhere")


def test_windows_line_ends_and_byte_order_mark_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "rights-order.md").write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    (article,) = load(folder)
    assert article.body == "- 求助记录可以交给法院。"
    assert article.sources[0].date == date(2016, 3, 1)
    assert article.sources[0].fact == ("R21",)


def test_the_projects_own_articles_are_read() -> None:
    articles = load(ARTICLES)
    assert len(articles) >= 60
    assert len({article.id for article in articles}) == len(articles)
