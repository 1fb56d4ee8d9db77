"""Facts are found with their value, at the code points where she typed them."""

import pytest

from nlu.entities import find_entities
from nlu.gazetteer import Gazetteer
from nlu.numerals import number
from nlu.text import normal

PLACES = Gazetteer(
    {
        "吴江": "wujiang",
        "吴江区": "wujiang",
        "苏州": "sz",
        "苏州工业园区": "sip",
        "相城": "xiangcheng",
        "相成区": "xiangcheng",
        "盛泽": "wujiang",
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三十五", 35), ("十", 10), ("十二", 12), ("二十", 20), ("一百五", 150), ("一百零五", 105), ("两千三百", 2300),
        ("3.5", 3.5), ("1,200", 1200), ("半", 0.5), ("零", 0),
    ],
)  # fmt: skip
def test_numerals(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "一一", "abc", "1.2.3"])
def test_no_numeral(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我在吴江区盛泽镇", [("place", "吴江区", "wujiang"), ("place", "盛泽", "wujiang")]),
        ("苏州工业园区怎么走", [("place", "苏州工业园区", "sip")]),
        ("我住相成区", [("place", "相成区", "xiangcheng")]),
        ("吳江人", [("place", "吴江", "wujiang")]),
        ("电话138 1234 5678", [("phone", "138 1234 5678", "13812345678")]),
        ("打１３８１２３４５６７８", [("phone", "13812345678", "13812345678")]),
        ("+86-13812345678", [("phone", "+86-13812345678", "13812345678")]),
        ("0512-65220000", [("phone", "0512-65220000", "051265220000")]),
        ("单号1381234567890123", []),
        ("身份证11010519491231002X", [("id_card", "11010519491231002X", "11010519491231002X")]),
        ("编号110105194912310021", []),
        ("卡号6222 0200 0000 0000", []),
        ("卡号4111 1111 1111 1111", [("bank_card", "4111 1111 1111 1111", "4111111111111111")]),
        ("借了两万五", [("money", "两万五", "25000")]),
        ("彩礼18.8万", [("money", "18.8万", "188000")]),
        ("工资五千块", [("money", "五千块", "5000")]),
        ("欠20w", [("money", "20w", "200000")]),
        ("￥3,500", [("money", "¥3,500", "3500")]),
        ("来了三万人", []),
        ("我35岁", [("age", "35岁", "35")]),
        ("三十八周岁", [("age", "三十八周岁", "38")]),
        ("怀孕28周", [("pregnancy", "怀孕28周", "P28W")]),
        ("怀了三个多月", [("pregnancy", "怀了三个多月", "P3M")]),
        ("五个月身孕", [("pregnancy", "五个月身孕", "P5M")]),
        ("2023年5月1日领证", [("date", "2023年5月1日", "2023-05-01")]),
        ("2024-03-08", [("date", "2024-03-08", "2024-03-08")]),
        ("10月3号", [("date", "10月3号", "--10-03")]),
        ("昨晚的事", [("date", "昨晚", "-P1D")]),
        ("结婚三年半", [("duration", "三年半", "P3.5Y")]),
        ("分居半年", [("duration", "半年", "P0.5Y")]),
        ("两个半月", [("duration", "两个半月", "P2.5M")]),
        ("十几年了", [("duration", "十几年", "PXY")]),
        ("你好", []),
    ],
)  # fmt: skip
def test_entities(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(entity.type, entity.text, entity.value) for entity in find_entities(normal(text), PLACES)] == found


def test_offsets_are_code_points_of_the_original() -> None:
    text = "😀我\u200b在  吴\u200b江，电话１３８\u200b１２３４５６７８"
    place, phone = find_entities(normal(text), PLACES)
    assert text[place.start : place.end] == "吴\u200b江"
    assert text[phone.start : phone.end] == "１３８\u200b１２３４５６７８"


def test_no_places_without_a_gazetteer() -> None:
    assert find_entities(normal("我在吴江")) == ()
