"""Questions that ask the same, put together by how alike they are, with their number and trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.vectors import Encode, Vectors
from knowledge.words import folded
from store.unanswered import Question

ALIKE: Final = 0.72  # likeness from which two questions ask the same
WEEK: Final = 7 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    questions: tuple[Question, ...]  # the one nearest to the middle first, then newest first
    this_week: int
    last_week: int

    @property
    def trend(self) -> str:
        if self.this_week == self.last_week:
            return f"本周 {self.this_week}，持平"
        word = "上升" if self.this_week > self.last_week else "下降"
        return f"本周 {self.this_week}，上周 {self.last_week}，{word}"


def grouped(questions: Sequence[Question], encode: Encode, now: int) -> list[Group]:
    """Biggest first. Each question joins the first group whose middle it is close to, else it begins one."""
    if not questions:
        return []
    vectors = encode([folded(one.text) for one in questions])
    members: list[list[int]] = []
    middles: list[Vectors] = []
    for row, vector in enumerate(vectors):
        near = [float(middle @ vector) for middle in middles]
        best = max(range(len(near)), key=near.__getitem__, default=-1)
        if best < 0 or near[best] < ALIKE:
            members.append([row])
            middles.append(vector)
        else:
            members[best].append(row)
            total = vectors[members[best]].sum(axis=0)
            middles[best] = total / max(float((total @ total) ** 0.5), 1e-9)
    found = [_group(rows, questions, vectors, middle, now) for rows, middle in zip(members, middles, strict=True)]
    return sorted(found, key=lambda group: (-len(group.questions), -group.questions[0].at))


def _group(rows: list[int], questions: Sequence[Question], vectors: Vectors, middle: Vectors, now: int) -> Group:
    first = max(rows, key=lambda row: float(vectors[row] @ middle))
    ordered = (questions[first], *(questions[row] for row in rows if row != first))
    ages = [(now - questions[row].at) // WEEK for row in rows]
    return Group(ordered, ages.count(0), ages.count(1))
