"""How close a question is to the articles: a few dozen are picked in cheap ways, those are looked at in all ways."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.bm25 import BM25, Forward, Scores, spread
from knowledge.vectors import Encode, Vectors, encoded
from knowledge.words import cut_all, folded, letters, words_of

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
WHOLE = 12_000  # texts of a library up to which all are compared at once: one multiplication for many questions
SENTENCE = re.compile(r"(?<=[。；！？])")

Said = list[str]
Cut = list[Said]


@dataclass(frozen=True, slots=True)
class Seen:
    """One question as the index reads it: computed once, used for picking and for the features."""

    by_words: Scores  # one value an article, these three
    by_letters: Scores
    by_middle: Scores | None
    found: list[str]
    pairs: list[str]
    whole: Features | None  # of all articles, where the library is small enough for that


@dataclass(frozen=True, slots=True)
class Near:
    """Likeness to a vector, or line by line to several."""

    questions: Vectors  # a value a text
    answers: Vectors
    middle: Vectors  # a value an article
    outside: Vectors  # to the closest of what others answer


class Index:
    """Built once; read-only afterwards and may be asked from any thread."""

    def __init__(self, articles: Sequence[Article], encode: Encode, cache: Path | None) -> None:
        self.size = len(articles)
        questions = [[folded(text) for text in (article.title, *article.variants)] for article in articles]
        answers = [[folded(text) for text in SENTENCE.split(article.answer) if text.strip()] for article in articles]
        flat = [text for group in questions for text in group]
        told, outside = [text for group in answers for text in group], _outside()
        vectors = encoded([*flat, *told, *outside], encode, cache)
        whole = len(flat) + len(told) <= WHOLE
        self._questions = _Groups(vectors[: len(flat)], questions, whole=whole)
        self._answers = _Groups(vectors[len(flat) : len(flat) + len(told)], answers, whole=whole)
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
        spelt = [letters(text) for text in flat]
        self._all = (BM25(single), BM25(spelt)) if whole else None
        self._chosen = None if whole else (Forward(single), Forward(spelt))

    def see(self, text: str, vector: Vectors | None) -> Seen:
        return self.see_many([text], None if vector is None else vector[None, :], words_of([text], self._folder))[0]

    def see_many(self, texts: Sequence[str], vectors: Vectors | None, found: Sequence[Said]) -> list[Seen]:
        """`vectors`: one line a text, or none for all of them; `found`: the words of each."""
        pairs = [letters(text) for text in texts]
        by_words, by_letters = self._words.shares(found), self._letters.shares(pairs)
        nothing = [None] * len(texts)
        near = nothing if vectors is None else (vectors @ self._view) @ self._coarse.T
        whole = nothing if self._all is None else self._wholes(vectors, found, pairs, by_words, by_letters)
        return [Seen(*one) for one in zip(by_words, by_letters, near, found, pairs, whole, strict=True)]

    def _wholes(
        self,
        vectors: Vectors | None,
        found: Sequence[Said],
        pairs: Sequence[Said],
        by_words: Scores,
        by_letters: Scores,
    ) -> Features:
        assert self._all is not None
        spoken, spelt = (way.shares(said) for way, said in zip(self._all, (found, pairs), strict=True))
        near = None
        if vectors is not None:
            near = Near(
                self._questions.whole(vectors),
                self._answers.whole(vectors),
                vectors @ self._middles.T,
                (vectors @ self._outside.T).max(axis=1, initial=-1.0),
            )
        return self._table(np.arange(self.size), by_words, by_letters, spoken, spelt, near)

    def pick(self, seen: Seen, open_rows: Rows) -> Rows:
        """The rows worth a closer look, of those that are open."""
        if len(open_rows) <= PICKED:
            return open_rows
        ways = [seen.by_words, seen.by_letters, *([] if seen.by_middle is None else [seen.by_middle])]
        picked = np.zeros(self.size, dtype=bool)
        for way in ways:
            # The highest in front: from behind it takes twenty times as long where most values are the same.
            picked[open_rows[np.argpartition(-way[open_rows], PICKED)[:PICKED]]] = True
        return np.flatnonzero(picked)

    def features(self, seen: Seen, vector: Vectors | None, rows: Rows) -> Features:
        """One row an article of `rows`, columns as WITH_VECTOR or WITHOUT_VECTOR name them."""
        if seen.whole is not None:
            return seen.whole[rows]
        assert self._chosen is not None
        texts = self._questions.texts(rows)
        spoken, spelt = (
            way.scores(said, texts) for way, said in zip(self._chosen, (seen.found, seen.pairs), strict=True)
        )
        near = None
        if vector is not None:
            near = Near(
                self._questions.likeness(vector, texts),
                self._answers.likeness(vector, self._answers.texts(rows)),
                self._middles[rows] @ vector,
                (self._outside @ vector).max(initial=-1.0),
            )
        return self._table(rows, seen.by_words[rows], seen.by_letters[rows], spoken, spelt, near)

    def _table(
        self, rows: Rows, by_words: Scores, by_letters: Scores, spoken: Scores, spelt: Scores, near: Near | None
    ) -> Features:
        """The columns side by side; one table, or one a line where there are several lines."""
        groups = self._questions
        alike = [by_words, by_letters, groups.highest(spoken, rows), groups.highest(spelt, rows)]
        if near is None:
            return np.stack(alike, axis=-1).astype(np.float64)
        closest = groups.highest(near.questions, rows)
        mean, told = groups.best(near.questions, rows), self._answers.highest(near.answers, rows)
        ours = closest - np.asarray(near.outside)[..., None]
        return np.stack([closest, mean, near.middle, told, *alike, ours], axis=-1).astype(np.float64)


class _Groups:
    """Vectors of several texts an article, one article after the other."""

    def __init__(self, vectors: Vectors, groups: Sequence[Sequence[str]], *, whole: bool) -> None:
        # A quarter of the memory; moves a likeness by 0.001, in a small library too: both are calibrated together.
        graded = np.rint(vectors * GRADES)
        # A column a text where all are multiplied at once, a line a text where some are chosen.
        self._vectors = np.ascontiguousarray((graded / GRADES).T) if whole else graded.astype(np.int8)
        self._lengths = np.array([len(group) for group in groups], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._lengths)[:-1]]).astype(np.int64)[: len(groups)]

    def middles(self) -> Vectors:
        """The direction all texts of a group have in common."""
        vectors = self._vectors.T if self._vectors.dtype == np.float32 else self._vectors
        if not len(self._lengths):
            return np.zeros((0, vectors.shape[1]), dtype=np.float32)
        found = np.add.reduceat(vectors, self._starts, axis=0, dtype=np.float32)
        middles: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return middles

    def whole(self, vectors: Vectors) -> Vectors:
        """The likeness of each vector to every text."""
        found: Vectors = vectors @ self._vectors
        return found

    def likeness(self, vector: Vectors, texts: Rows) -> Vectors:
        """To these texts only."""
        found: Vectors = self._vectors[texts].astype(np.float32) @ vector / GRADES
        return found

    def highest(self, values: Scores, rows: Rows) -> Scores:
        """Of each group the highest value of its texts; all on the last axis, as in `best`."""
        lengths = self._lengths[rows]
        found: Scores = np.maximum.reduceat(values, np.cumsum(lengths) - lengths, axis=-1)
        return found

    def best(self, values: Scores, rows: Rows) -> Scores:
        """The mean of the best few of each group: several that are close say more than one."""
        lengths = self._lengths[rows]
        there = np.arange(max(int(lengths.max(initial=0)), BEST_QUESTIONS)) < lengths[:, None]
        padded = np.full((*values.shape[:-1], *there.shape), -np.inf, dtype=np.float32)
        padded[..., there] = values
        best = np.partition(padded, -BEST_QUESTIONS, axis=-1)[..., -BEST_QUESTIONS:]
        best[np.isinf(best)] = 0.0
        mean: Scores = (best.sum(axis=-1) / np.minimum(lengths, BEST_QUESTIONS)).astype(np.float32)
        return mean

    def texts(self, rows: Rows) -> Rows:
        """Row numbers of all texts of these groups, one group after the other."""
        return spread(self._starts[rows], self._lengths[rows])


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
