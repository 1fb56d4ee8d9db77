"""Interest and subsidy of a start-up loan: no number until rate, share and years are verified."""

from datetime import date

from knowledge.calculators.result import Calculator, Numbers, Result

NEEDED = {"loan_rate": "贷款利率", "loan_subsidy_share": "贴息比例", "loan_years": "贷款年限"}


def work(numbers: Numbers, _day: date | None) -> Result:
    missing = tuple(zh for name, zh in NEEDED.items() if not numbers.has(name))
    if missing:
        what = "、".join(missing)
        line = f"利息和贴息我现在算不了：{what}还没有核实，以江苏现行办法和经办银行公布的为准。"
        return Result((line, "想算清楚，点“找人”，工作人员和您一起算。"), (), missing)
    shown = "，".join(f"{zh}{numbers.shown(name)}" for name, zh in NEEDED.items())
    return Result((f"现行的是：{shown}。", "每年的利息=贷款金额×利率，贴息按比例减掉。"), numbers.sources)


LOAN = Calculator("loan", "贷款利息和贴息", "loan_rate", "", work)
