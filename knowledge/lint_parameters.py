"""What must be true of every shipped parameter: a value that stands in the verified row it names."""

from collections.abc import Iterator

from knowledge.facts import VERIFIED, Facts
from knowledge.fault import Fault
from knowledge.figures import figures
from knowledge.parameters import Parameter, Parameters

FILE = "parameters.yml"


def lint_parameters(parameters: Parameters, facts: Facts) -> list[Fault]:
    return [Fault(FILE, row.name, text) for row in parameters.rows for text in _faults(row, facts)]


def _faults(row: Parameter, facts: Facts) -> Iterator[str]:
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield "valid_to 早于 valid_from"
    fact = facts.rows.get(row.fact or "")
    if fact is None or fact.status not in VERIFIED or fact.scope:
        yield f"事实行“{row.fact}”不能作为依据"
        return
    known = figures(fact.text)
    for figure in sorted(figures(row.shown), key=lambda one: one.shown):
        if not any(figure.stands_in(other) for other in known):
            yield f"“{figure.shown}”在 {fact.id} 里找不到"
    if not any(f"{row.dated.isoformat()}-".startswith(f"{day.value}-") for day in known if day.kind == "date"):
        yield f"{fact.id} 里没有 {row.dated.isoformat()} 这个日期"
