"""From one date to another, by the parameters of the day; without a verified one no number."""

import re
from datetime import date

import pytest

from knowledge.calculators.catalogue import CALCULATORS, calculate
from knowledge.calculators.days import months_later
from knowledge.parameters import Parameter, Parameters, load_parameters

TODAY, START = date(2026, 11, 23), date(2026, 3, 5)
TABLE = load_parameters()

CASES = [
    ("maternity", ["98天，休到2026年6月10日", "难产多15天，到2026年6月25日", "江苏在此之上有延长"]),
    ("cooling_off", ["到2026年4月4日之前谁都可以撤回", "2026年4月5日到2026年5月4日", "不会自动离成"]),
    ("arbitration", ["1年，要在2027年3月5日之前申请劳动仲裁"]),
    ("arbitration_sue", ["15日，要在2026年3月20日之前向法院起诉"]),
    ("order_review", ["5日，要在2026年3月10日之前"]),
    ("coerced", ["2027年3月5日之前向法院请求撤销"]),
    ("land", ["2027年3月5日之前"]),
    ("petition_review", ["2026年4月4日之前请求复查"]),
    ("petition_recheck", ["2026年4月4日之前请求复核"]),
    ("mediation_confirm", ["2026年4月4日之前双方一起"]),
]


@pytest.mark.parametrize(("name", "says"), CASES, ids=[name for name, _ in CASES])
def test_the_day_and_its_source(name: str, says: list[str]) -> None:
    result = calculate(name, START, TABLE, TODAY)
    assert all(part in result.text for part in says), result.text
    assert re.search(r"依据：.+第.+条（\d{4}-\d{2}-\d{2}版）", result.text)


@pytest.mark.parametrize("name", ["loan", "limitation"])
def test_what_is_not_verified_gives_no_number(name: str) -> None:
    result = calculate(name, START, TABLE, TODAY)
    assert result.missing
    assert "核实" in result.text
    assert not re.search(r"\d", result.text)


def test_what_jiangsu_adds_is_a_person_until_it_is_in_the_table() -> None:
    assert calculate("maternity", START, TABLE, TODAY).missing == ("江苏延长的产假天数",)
    more = Parameter("jiangsu_leave_days", "江苏延长", "30", "天", "条例", "第1条", date(2026, 1, 1), None)
    result = calculate("maternity", START, Parameters([*TABLE.rows, more]), TODAY)
    assert result.missing == ()
    assert "30天，到2026年7月10日" in result.text


def test_an_empty_table_makes_every_calculator_silent() -> None:
    for name in CALCULATORS:
        result = calculate(name, START, Parameters(), TODAY)
        assert result.missing, name
        assert not re.search(r"\d{2}", result.text), name


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 5), 12, date(2027, 3, 5)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then
