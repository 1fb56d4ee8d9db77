"""All calculators by name, and the one way to run them."""

from collections.abc import Mapping
from datetime import date

from knowledge.calculators.cooling_off import COOLING_OFF
from knowledge.calculators.limits import LIMITS
from knowledge.calculators.loan import LOAN
from knowledge.calculators.maternity import MATERNITY
from knowledge.calculators.result import Calculator, Numbers, Result
from knowledge.parameters import MissingParameter, Parameters

CALCULATORS: Mapping[str, Calculator] = {one.name: one for one in (MATERNITY, COOLING_OFF, *LIMITS, LOAN)}
SILENT = "这个要用的规定现在没有核实过的，我不乱说，请工作人员和您一起算。"


def calculate(name: str, start: date | None, parameters: Parameters, today: date) -> Result:
    """With the parameters of `today`; a parameter that does not hold makes it say so instead of guessing."""
    calculator, numbers = CALCULATORS[name], Numbers(parameters, today)
    try:
        return calculator.work(numbers, start)
    except MissingParameter as missing:
        return Result((SILENT,), (), (str(missing),))
