"""Every reader sees one normal form, and offsets lead back to what she typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rules import findings_of
from nlu.text import LIMIT, normal


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("你好", "你好"),
        ("他\u200b拿\u200c着\ufeff刀", "他拿着刀"),
        ("家暴\u00ad怎麼辦", "家暴怎么办"),
        ("我老公動手打我", "我老公动手打我"),
        ("１３８ｘ", "138x"),
        ("昨晚  又\n打我", "昨晚又打我"),
        (" syb  培训 a b ", "syb培训a b"),
        ("打\u0336我\u0336", "打我"),
        ("\u202e他打我\u202c", "他打我"),
        ("你\x00好", "你好"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("", ""),
        ("\ud800坏", "坏"),
    ],
)
def test_normal_form(typed: str, read: str) -> None:
    assert normal(typed).text == read


@pytest.mark.parametrize(
    "invisible", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164", "\ufe0f", "\u202e"]
)
@pytest.mark.parametrize(
    ("text", "kind"), [("他拿着刀在砸门", "violence_now"), ("我不想活了", "suicide"), ("老公打我", "violence_recent")]
)
def test_risk_words_are_found_with_invisible_characters_inside(text: str, kind: str, invisible: str) -> None:
    assert kind in findings_of(invisible.join(text)).kinds


def test_a_flood_is_cut() -> None:
    assert len(normal("啊" * (LIMIT + 5)).text) == LIMIT


@given(st.text(max_size=200))
def test_offsets_stay_in_the_original(typed: str) -> None:
    result = normal(typed)
    assert len(result.origins) == len(result.text)
    assert list(result.origins) == sorted(result.origins)
    if result.text:
        first, last = result.span(0, len(result.text))
        assert 0 <= first < last <= len(typed)
