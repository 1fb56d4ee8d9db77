"""Who writes about another person's danger gets the helpers' script, who writes of her own does not."""

import pytest

from nlu.helpers import helper_entity
from nlu.text import normal
from nlu.understanding import Danger

DANGER = Danger("immediate", "violence_now")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("隔壁又在打老婆", "隔壁"),
        ("我女儿说不想活了", "女儿"),
        ("学生身上都是伤", "学生"),
        ("我妈被我爸打了二十年", "我妈"),
        ("楼上的女人一直喊救命", "楼上"),
        ("闺蜜被她老公关在家里", "闺蜜"),
        ("继父摸我女儿", "女儿"),
        ("他在外面打她", "她"),
        ("他打我", None),
        ("我妈打我", None),
        ("我不想活了，女儿怎么办", None),
        ("他当着孩子的面掐我脖子", None),
        ("我被他锁在家里，邻居也不敢管", None),
        ("救命", None),
    ],
)
def test_helper(text: str, word: str | None) -> None:
    entity = helper_entity(normal(text), DANGER)
    assert (entity.text if entity else None) == word


def test_offsets_are_of_the_original() -> None:
    text = "😀 隔\u200b壁又在打老婆"
    entity = helper_entity(normal(text), DANGER)
    assert entity is not None
    assert text[entity.start : entity.end] == "隔\u200b壁"


@pytest.mark.parametrize("danger", [Danger(), Danger("watch", "mass_event")])
def test_nobody_needs_help(danger: Danger) -> None:
    assert helper_entity(normal("隔壁在装修"), danger) is None
