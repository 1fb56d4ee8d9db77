"""What is wrong with an article, named so that whoever wrote it finds the place."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}：{self.field}：{self.text}"


class ArticleFaults(ValueError):
    """All faults of a folder at once, so that they are mended in one round."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
