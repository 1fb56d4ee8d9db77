"""The two stretches of a divorce by agreement: until when either may take it back, and when both must come."""

from datetime import date

from knowledge.calculators.days import days_later, shown
from knowledge.calculators.result import Calculator, Numbers, Result


def work(numbers: Numbers, received: date | None) -> Result:
    assert received is not None
    first = days_later(received, numbers.days("cooling_off_days"))
    last = days_later(first, numbers.days("divorce_certificate_days"))
    lines = (
        f"{shown(received)}收到申请的话，到{shown(first)}之前谁都可以撤回。",
        f"{shown(days_later(first, 1))}到{shown(last)}，两个人要一起去领离婚证；没去领就当撤回，不会自动离成。",
        "这是按天数推算的，以婚姻登记机关告诉您的日期为准。",
    )
    return Result(lines, numbers.sources)


COOLING_OFF = Calculator(
    "cooling_off", "冷静期哪天到期", "marriage_divorce", "登记机关哪天收到你们的离婚申请？写个日期，比如3月5日。", work
)
