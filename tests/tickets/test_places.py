"""Where she is, from the words she uses: never guessed from ordinary words, never from a street name."""

import pytest

from tickets.org import load_org

ORG = load_org("suzhou")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("我在常熟", "changshu"),
        ("我住同里", "wujiang"),
        ("苏州市吴江区盛泽镇的", "wujiang"),
        ("我在浒关上班", "huqiu"),
        ("许墅关这边", "huqiu"),
        ("东渚镇的", "huqiu"),
        ("我嫁到张家港了", "zhangjiagang"),
        ("金港镇派出所", "zhangjiagang"),
        ("太平街道的", "xiangcheng"),
        ("太平镇那边", "xiangcheng"),  # towns that became streets keep their old ending
        ("苏州新区", "huqiu"),
        ("苏州太平的", "xiangcheng"),
        ("我在园区被打了", "sip"),
        ("昆山高新区", "kunshan"),
        ("平江路附近", "gusu"),
        ("虎丘街道", "gusu"),
        ("ＫＵＮＳＨＡＮ", "kunshan"),
        ("zjg的", "zhangjiagang"),
        ("昆山路上有人", "kunshan"),
        ("他在昆山把我打了", "kunshan"),
        ("我老公在昆山上班，我住木渎", "wuzhong"),
        ("老家在常熟，现在住太仓", "taicang"),
        ("不在昆山，在太仓", "taicang"),
        ("不是昆山是太仓", "taicang"),
        ("我在新区上班", "huqiu"),
        ("我家在工业园区", "sip"),
        ("我在沧浪那边", "gusu"),  # districts that were joined in 2012
        ("家在金阊", "gusu"),
        ("我住平江", "gusu"),
        ("常熟虞山的", "changshu"),
        ("我在蠡口", "xiangcheng"),  # towns that were joined to others
        ("我嫁到金家坝", "wujiang"),
        ("我在浒浦", "changshu"),
        ("我在正仪", "kunshan"),
        ("我是永联村的", "zhangjiagang"),  # villages
        ("住在开弦弓", "wujiang"),
        ("我在木椟", "wuzhong"),  # as it is typed
        ("我在沙溪", "taicang"),
        ("离开昆山了，我在木渎", "wuzhong"),
    ],
)
def test_found(text: str, unit: str) -> None:
    assert ORG.find_place(text).unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "我和他非常熟悉",
        "合同里写着",
        "他走得太仓促",
        "相辅相成",
        "互相成就",
        "阳光福利院",
        "交通安全",
        "五百元和他的手机",
        "枫桥经验",
        "昆山路",
        "太仓大道",
        "太平日子",
        "新区",
        "不在新区住",
        "我在吴县",  # became 吴中 and 相城
        "他在陆家受气",
        "我在东张西望",
        "我随时思念孩子",
        "每周行程都满",
        "我在城南",
        "凤凰男",
        "陆家嘴",
        "化工园区",
        "老家在常熟",
        "以前住昆山",
        "我是苏州的",
        "东吴中学",
        "gossip",
        "kunshanese",
        "周市场",
        "",
        "🙂",
    ],
)
def test_not_found_unasked(text: str) -> None:
    assert ORG.find_place(text).unit is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("太平", "xiangcheng"),
        ("新区", "huqiu"),
        ("城南的", "wuzhong"),
        ("凤凰", "zhangjiagang"),
        ("相成", "xiangcheng"),
        ("工业园区", "sip"),
        ("虎丘", "huqiu"),
        ("老家在常熟", "changshu"),
        ("苏州", "sz"),
        ("吴县", "sz"),
        ("苏州的，具体不方便说", "sz"),
        ("不在昆山", None),
        ("不知道", None),
        ("杭州", None),
    ],
)
def test_the_answer_to_where_counts_for_more(text: str, unit: str | None) -> None:
    assert ORG.find_unit(text, asked=True) == unit


def test_places_that_do_not_agree_are_told_back() -> None:
    found = ORG.find_place("昆山和太仓都去过")
    assert (found.unit, found.text) == (None, "昆山、太仓")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("上海", "上海"),
        ("我在上海", "上海"),
        ("你好，我在宿州", "宿州"),
        ("我住在无锡那边", "无锡"),
        ("我是河南的", "河南"),
        ("我在江苏南京，怎么办", "南京"),
        ("我在浙江省杭州市", "杭州"),
        ("我人在南通市", "南通"),
        ("在常州", "常州"),
        ("我不在苏州，我在无锡", "无锡"),
        ("我现在在北京朝阳", "北京"),
        ("南京江宁区", "南京"),
        ("我嫁到了安徽阜阳", "阜阳"),
        ("我在中山市", "中山"),
    ],
)
def test_elsewhere(text: str, place: str) -> None:
    assert ORG.elsewhere(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "苏州",
        "我在苏州",
        "我在江苏",
        "南京路上有人打我",
        "我在上海路被打",
        "我在南京西路",
        "我在中山路",
        "我在朝阳医院",
        "我老公在上海打工",
        "老公去了深圳",
        "我是河南人嫁到苏州",
        "我是四川人",
        "我以前在杭州待过",
        "老家安徽的，现在在苏州",
        "家在江西，我在昆山打工",
        "现在住昆山，以前在上海",
        "我在上海银行贷款",
        "北京时间几点",
        "南京大学",
        "",
    ],
)
def test_not_elsewhere(text: str) -> None:
    assert ORG.elsewhere(text) is None
