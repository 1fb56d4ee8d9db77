"""Figures are found with their units, and only the same figure stands in a source."""

import pytest

from knowledge.figures import figures

SAME = [
    ("拘留5到10日", "5—10日拘留"),
    ("5天以内", "5日以下拘留"),
    ("罚1万到5万元", "处1万—5万元罚款"),
    ("罚500到2000元", "罚500—2000元"),
    ("满30周岁", "满30周岁"),
    ("月总收入20%到30%", "按月总收入20%—30%"),
    ("2025年5月10日起", "2025-04-06 修订，2025-05-10 施行"),
    ("2025年5月起", "2025-05-10 施行"),
    ("2026年起", "2026-01-01 施行"),
    ("第39条情形除外", "劳动合同法 第39条"),
    ("第1、2、3条", "第1—3条"),
    ("苏财金〔2025〕149号", "苏财金〔2025〕149号 第1、2条"),
    ("72小时内", "受理后72小时内作出"),
    ("按50还是55退", "原55周岁；原50周岁"),
]
DIFFERENT = [
    ("128天", "国家产假98天"),
    ("15个月", "15日内"),
    ("39天", "劳动合同法 第39条"),
    ("第72条", "72小时内"),
    ("10万元", "10日"),
    ("1000元", "1000日"),
    ("2025年5月12日", "2025-05-10 施行"),
    ("2026年", "2025-05-10 施行"),
    ("〔2024〕149号", "〔2025〕149号"),
    ("20倍", "20%"),
]


@pytest.mark.parametrize(("said", "source"), SAME)
def test_stands_in_its_source(said: str, source: str) -> None:
    assert figures(said)
    assert all(any(one.stands_in(other) for other in figures(source)) for one in figures(said))


@pytest.mark.parametrize(("said", "source"), DIFFERENT)
def test_another_figure_does_not(said: str, source: str) -> None:
    assert not all(any(one.stands_in(other) for other in figures(source)) for one in figures(said))


def test_text_without_figures_has_none() -> None:
    assert not figures("先到安全的地方，想让人帮您看看，回复“找人”")
