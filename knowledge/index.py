"""How close a question is to the articles: a few dozen are picked in cheap ways, those are looked at in all ways."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.bm25 import BM25, Forward, Scores
from knowledge.vectors import Encode, Vectors, encoded
from knowledge.words import cut_all, folded, letters, words

Features = NDArray[np.float64]
Rows = NDArray[np.int64]

OUTSIDE_FILE = Path(__file__).with_name("outside.txt")
WITH_VECTOR = (
    "question",
    "questions",
    "middle",
    "answer",
    "words",
    "letters",
    "word_question",
    "letter_question",
    "ours",
)
WITHOUT_VECTOR = ("words", "letters", "word_question", "letter_question")
QUESTIONS_COUNT = 3  # words of a question weigh as much as three of the text
BEST_QUESTIONS = 3
GRADES = 127.0  # steps of a stored vector on each side of zero
COARSE = 64  # directions of 512
PICKED = 24  # articles by each of the cheap ways; a library no larger than this is looked at whole
SENTENCE = re.compile(r"(?<=[。；！？])")

Cut = list[list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One question as the index reads it: computed once, used for picking and for the features."""

    by_words: Scores  # one value an article, these three
    by_letters: Scores
    by_middle: Scores | None
    found: list[str]
    pairs: list[str]


class Index:
    """Built once; read-only afterwards and may be asked from any thread."""

    def __init__(self, articles: Sequence[Article], encode: Encode, cache: Path | None) -> None:
        self.size = len(articles)
        questions = [[folded(text) for text in (article.title, *article.variants)] for article in articles]
        answers = [[folded(text) for text in SENTENCE.split(article.answer) if text.strip()] for article in articles]
        flat = [text for group in questions for text in group]
        told, outside = [text for group in answers for text in group], _outside()
        vectors = encoded([*flat, *told, *outside], encode, cache)
        self._questions = _Groups(vectors[: len(flat)], questions)
        self._answers = _Groups(vectors[len(flat) : len(flat) + len(told)], answers)
        self._middles = self._questions.middles()
        self._view = _directions(self._middles)
        self._coarse = np.ascontiguousarray(self._middles @ self._view)
        self._outside = vectors[len(flat) + len(told) :].copy()  # a view would keep all of them
        rest = [folded(" ".join((*article.steps, article.answer, article.body))) for article in articles]
        self._folder = None if cache is None else cache.parent
        asked, said, single = _thirds(
            cut_all([*(" ".join(q) for q in questions), *rest, *flat], self._folder), self.size
        )
        self._words = BM25(q * QUESTIONS_COUNT + r for q, r in zip(asked, said, strict=True))
        self._letters = BM25(
            [pair for text in q for pair in letters(text)] * QUESTIONS_COUNT + letters(r)
            for q, r in zip(questions, rest, strict=True)
        )
        self._word_questions = Forward(single)
        self._letter_questions = Forward(letters(text) for text in flat)

    def see(self, text: str, vector: Vectors | None, found: list[str] | None = None) -> Seen:
        """`found`: its words, when somebody has cut it already."""
        found = words(text, self._folder) if found is None else found
        pairs = letters(text)
        by_words = self._words.scores(found) / max(self._words.cover(found), 1.0)
        by_letters = self._letters.scores(pairs) / max(self._letters.cover(pairs), 1.0)
        near = None if vector is None else self._coarse @ (vector @ self._view)
        return Seen(by_words, by_letters, near, found, pairs)

    def pick(self, seen: Seen, open_rows: Rows) -> Rows:
        """The rows worth a closer look, of those that are open."""
        if len(open_rows) <= PICKED:
            return open_rows
        ways = [seen.by_words, seen.by_letters, *([] if seen.by_middle is None else [seen.by_middle])]
        best = [open_rows[np.argpartition(-way[open_rows], PICKED)[:PICKED]] for way in ways]
        picked: Rows = np.unique(np.concatenate(best))
        return picked

    def features(self, seen: Seen, vector: Vectors | None, rows: Rows) -> Features:
        """One row an article of `rows`, columns as WITH_VECTOR or WITHOUT_VECTOR name them."""
        by_question = self._questions.highest(lambda texts: self._word_questions.scores(seen.found, texts), rows)
        by_spelling = self._questions.highest(lambda texts: self._letter_questions.scores(seen.pairs, texts), rows)
        if vector is None:
            columns = [seen.by_words[rows], seen.by_letters[rows], by_question, by_spelling]
        else:
            closest, mean = self._questions.closest(vector, rows)
            columns = [
                closest,
                mean,
                self._middles[rows] @ vector,
                self._answers.closest(vector, rows)[0],
                seen.by_words[rows],
                seen.by_letters[rows],
                by_question,
                by_spelling,
                closest - (self._outside @ vector).max(initial=-1.0),
            ]
        return np.stack(columns, axis=1).astype(np.float64)


class _Groups:
    """Vectors of several texts an article, one article after the other."""

    def __init__(self, vectors: Vectors, groups: Sequence[Sequence[str]]) -> None:
        self._vectors = np.rint(vectors * GRADES).astype(np.int8)  # a quarter of the memory; moves a likeness by 0.001
        self._lengths = np.array([len(group) for group in groups], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._lengths)[:-1]]).astype(np.int64)[: len(groups)]

    def middles(self) -> Vectors:
        """The direction all texts of a group have in common."""
        if not len(self._lengths):
            return np.zeros((0, self._vectors.shape[1]), dtype=np.float32)
        found = np.add.reduceat(self._vectors, self._starts, axis=0, dtype=np.float32)
        middles: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return middles

    def closest(self, vector: Vectors, rows: Rows) -> tuple[Vectors, Vectors]:
        """Of each group the closest text, and the mean of the best few: several that are close say more than one."""
        lengths = self._lengths[rows]
        there = np.arange(max(int(lengths.max(initial=0)), BEST_QUESTIONS)) < lengths[:, None]
        likeness = np.full(there.shape, -np.inf, dtype=np.float32)
        likeness[there] = self._vectors[self._texts(rows)].astype(np.float32) @ vector / GRADES
        best = np.partition(likeness, -BEST_QUESTIONS, axis=1)[:, -BEST_QUESTIONS:]
        finite = np.isfinite(best)
        mean = np.where(finite, best, 0.0).sum(axis=1) / np.maximum(finite.sum(axis=1), 1)
        return likeness.max(axis=1), mean.astype(np.float32)

    def highest(self, score: Callable[[Rows], Scores], rows: Rows) -> Scores:
        """Of each group the highest score of its texts."""
        lengths = self._lengths[rows]
        found: Scores = np.maximum.reduceat(score(self._texts(rows)), np.cumsum(lengths) - lengths)
        return found

    def _texts(self, rows: Rows) -> Rows:
        """Row numbers of all texts of these groups, one group after the other."""
        lengths = self._lengths[rows]
        ends = np.cumsum(lengths)
        found: Rows = np.repeat(self._starts[rows] - (ends - lengths), lengths) + np.arange(ends[-1])
        return found


def _directions(vectors: Vectors) -> Vectors:
    """The directions in which the articles differ most: enough to pick by, and eight times less to read."""
    _, found = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(found[:, -COARSE:], dtype=np.float32)


def _thirds(cut: Cut, size: int) -> tuple[Cut, Cut, Cut]:
    """The questions of each article together, its text, and every question alone."""
    return cut[:size], cut[size : 2 * size], cut[2 * size :]


def _outside() -> list[str]:
    lines = OUTSIDE_FILE.read_text(encoding="utf-8").splitlines()
    return [folded(line) for line in lines if line.strip() and not line.startswith("#")]
