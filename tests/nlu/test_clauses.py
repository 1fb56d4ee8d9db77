"""A message is cut only where she says that something else begins."""

import pytest

from nlu.clauses import several


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我想要离婚，另外公司拖欠我三个月工资不给怎么办", ["我想要离婚", "公司拖欠我三个月工资不给怎么办"]),
        ("孩子抚养权归谁，还有房子怎么分。顺便问产假多少天", ["孩子抚养权归谁", "房子怎么分", "产假多少天"]),
        ("他不给抚养费怎么办", []),
        ("另外", []),
        ("还有吗", []),
    ],
)
def test_cut(text: str, parts: list[str]) -> None:
    assert several(text) == parts
