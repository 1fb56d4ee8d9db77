"""Until when maternity leave lasts: the national days; what Jiangsu adds only once it is verified."""

from datetime import date

from knowledge.calculators.days import days_later, shown
from knowledge.calculators.result import Calculator, Numbers, Result

LOCAL = "jiangsu_leave_days"


def work(numbers: Numbers, start: date | None) -> Result:
    assert start is not None
    days = numbers.days("maternity_leave_days")
    difficult, twin = numbers.days("maternity_difficult_days"), numbers.days("maternity_twin_days")
    end = days_later(start, days - 1)
    lines = [
        f"从{shown(start)}开始休，国家规定的{days}天，休到{shown(end)}。",
        f"难产多{difficult}天，到{shown(days_later(end, difficult))}；多胞胎每多1个多{twin}天。",
    ]
    if numbers.has(LOCAL):
        more = numbers.days(LOCAL)
        return Result((*lines, f"加上江苏延长的{more}天，到{shown(days_later(end, more))}。"), numbers.sources)
    lines.append("江苏在此之上有延长，加多少天、遇到放假怎么算，由工作人员与您确认。")
    return Result(tuple(lines), numbers.sources, ("江苏延长的产假天数",))


MATERNITY = Calculator("maternity", "产假到哪天", "rights_maternity", "产假从哪天开始休？写个日期，比如3月5日。", work)
