"""Cutting at 4,096 UTF-16 units: nothing is lost, nothing is too long, sentences stay whole where they can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.text import LIMIT, mend, split, units


@given(st.text(alphabet=st.sampled_from("字。\n a😭，b"), max_size=400), st.integers(4, 40))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < units(part) <= limit for part in parts)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("短", 10, ["短"]),
        ("", 10, []),
        ("  \n ", 10, []),
        ("第一段。\n\n第二段。", 8, ["第一段。", "第二段。"]),
        ("第一行。\n第二行。", 8, ["第一行。", "第二行。"]),
        ("第一句。第二句！第三句？", 8, ["第一句。第二句！", "第三句？"]),
        ("没有句号只有逗号，后半句", 10, ["没有句号只有逗号，", "后半句"]),
        ("一二三四五六七八九十", 4, ["一二三四", "五六七八", "九十"]),
        ("😭😭😭", 5, ["😭😭", "😭"]),
    ],
)
def test_where_it_cuts(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


def test_the_limit_counts_as_telegram_counts() -> None:
    assert [units(part) for part in split("😭" * 4096)] == [LIMIT, LIMIT]


@given(st.text(alphabet=st.characters(min_codepoint=0xD000, max_codepoint=0x10FFFF), max_size=50))
def test_mended_text_can_be_stored_and_sent(text: str) -> None:
    assert mend(text).encode().decode() == mend(text)


def test_mending_changes_nothing_else() -> None:
    assert mend("我怕😭\x00\u200b") == "我怕😭\x00\u200b"
