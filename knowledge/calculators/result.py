"""What a calculator gives: lines with their sources, what is still missing, and whether a person must look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from knowledge.parameters import MissingParameter, Parameter, Parameters


@dataclass(frozen=True, slots=True)
class Result:
    lines: tuple[str, ...]
    sources: tuple[str, ...]
    missing: tuple[str, ...] = ()  # in words: what nobody has verified yet

    @property
    def text(self) -> str:
        basis = [f"依据：{'；'.join(self.sources)}"] if self.sources else []
        return "\n".join([*self.lines, *basis])


@dataclass(frozen=True, slots=True)
class Calculator:
    name: str
    title: str
    topic: str  # intent it belongs to, for the person who takes over
    asks: str  # the one question it has; empty when no date helps
    work: Callable[["Numbers", date | None], Result]


class Numbers:
    """The parameters of one day, noting which were used, so that a result can name its sources."""

    def __init__(self, parameters: Parameters, day: date) -> None:
        self._parameters = parameters
        self._day = day
        self._used: dict[str, Parameter] = {}

    def days(self, name: str) -> int:
        """Raises MissingParameter."""
        number = self._parameters.number(name, self._day)
        self._used[name] = self._parameters.on(name, self._day)
        return number

    def shown(self, name: str) -> str:
        found = self._used[name] = self._parameters.on(name, self._day)
        return found.shown

    def has(self, *names: str) -> bool:
        try:
            for name in names:
                self._parameters.on(name, self._day)
        except MissingParameter:
            return False
        return True

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(used.source for used in self._used.values()))
