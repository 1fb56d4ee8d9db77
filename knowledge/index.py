"""How close a question is to every article, in several independent ways at once."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.bm25 import BM25
from knowledge.vectors import Encode, Vectors, encoded
from knowledge.words import cut_all, folded, letters, words

Features = NDArray[np.float64]

OUTSIDE_FILE = Path(__file__).with_name("outside.txt")
WITH_VECTOR = ("ridge", "question", "questions", "answer", "words", "letters", "ours")
WITHOUT_VECTOR = ("words", "letters", "word_question")
QUESTIONS_COUNT = 3  # words of a question weigh as much as three of the text
BEST_QUESTIONS = 3
SHARPNESS, SMOOTHNESS = 2.0, 0.3  # of the kernel ridge regression, chosen on the project's own questions
SENTENCE = re.compile(r"(?<=[。；！？])")


Cut = list[list[str]]


def _thirds(cut: Cut, size: int) -> tuple[Cut, Cut, Cut]:
    """The questions of each article together, its text, and every question alone."""
    return cut[:size], cut[size : 2 * size], cut[2 * size :]


class Index:
    """Built once; `features` is read-only afterwards and may be called from any thread."""

    def __init__(self, articles: Sequence[Article], encode: Encode, cache: Path | None) -> None:
        self.size = len(articles)
        questions = [[folded(text) for text in (article.title, *article.variants)] for article in articles]
        answers = [[folded(text) for text in SENTENCE.split(article.answer) if text.strip()] for article in articles]
        flat = [text for group in questions for text in group]
        told, outside = [text for group in answers for text in group], _outside()
        vectors = encoded([*flat, *told, *outside], encode, cache)
        self._questions, self._question_starts = vectors[: len(flat)], _starts(questions)
        self._question_rows = _padded(self._question_starts, len(flat))
        self._answers, self._answer_starts = vectors[len(flat) : -len(outside)], _starts(answers)
        self._outside = vectors[-len(outside) :]
        self._ridge = _ridge(self._questions, [len(group) for group in questions])
        rest = [folded(" ".join((*article.steps, article.answer, article.body))) for article in articles]
        self._folder = None if cache is None else cache.parent
        asked, said, single = _thirds(
            cut_all([*(" ".join(q) for q in questions), *rest, *flat], self._folder), self.size
        )
        self._words = BM25([q * QUESTIONS_COUNT + r for q, r in zip(asked, said, strict=True)])
        self._letters = BM25(
            [
                [pair for text in q for pair in letters(text)] * QUESTIONS_COUNT + letters(r)
                for q, r in zip(questions, rest, strict=True)
            ]
        )
        self._word_questions = BM25(single)

    def features(self, text: str, vector: Vectors | None) -> Features:
        """One row an article, columns as WITH_VECTOR or WITHOUT_VECTOR name them."""
        if not self.size:
            return np.zeros((0, len(WITHOUT_VECTOR if vector is None else WITH_VECTOR)))
        plain = folded(text)
        found, pairs = words(plain, self._folder), letters(plain)
        by_words = self._words.scores(found) / max(self._words.cover(found), 1.0)
        by_letters = self._letters.scores(pairs) / max(self._letters.cover(pairs), 1.0)
        if vector is None:
            by_question = self._word_questions.scores(found) / max(self._word_questions.cover(found), 1.0)
            columns = [by_words, by_letters, np.maximum.reduceat(by_question, self._question_starts)]
        else:
            likeness = self._questions @ vector
            closest = np.maximum.reduceat(likeness, self._question_starts)
            columns = [
                np.exp(-2 * SHARPNESS * (1 - likeness)) @ self._ridge,
                closest,
                _mean_of_best(likeness, self._question_rows),
                np.maximum.reduceat(self._answers @ vector, self._answer_starts),
                by_words,
                by_letters,
                closest - (self._outside @ vector).max(),
            ]
        return np.stack(columns, axis=1).astype(np.float64)


def _outside() -> list[str]:
    lines = OUTSIDE_FILE.read_text(encoding="utf-8").splitlines()
    return [folded(line) for line in lines if line.strip() and not line.startswith("#")]


def _starts(groups: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    lengths = np.array([len(group) for group in groups], dtype=np.int64)
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64) if len(lengths) else lengths


def _padded(starts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Row numbers of each group side by side; `size`, one past the last, fills the short ones up."""
    ends = np.append(starts[1:], size)
    width = max(int((ends - starts).max(initial=0)), BEST_QUESTIONS)
    rows = starts[:, None] + np.arange(width)
    return np.where(rows < ends[:, None], rows, size)


def _mean_of_best(likeness: Vectors, padded: NDArray[np.int64]) -> Vectors:
    """Three ways of asking that are all close say more than one."""
    best = np.partition(np.append(likeness, -np.inf)[padded], -BEST_QUESTIONS, axis=1)[:, -BEST_QUESTIONS:]
    there = np.isfinite(best)
    mean: Vectors = (np.where(there, best, 0.0).sum(axis=1) / there.sum(axis=1)).astype(np.float32)
    return mean


def _ridge(questions: Vectors, lengths: Sequence[int]) -> Vectors:
    """Weights of a Gaussian kernel that tells the articles apart by all their questions together."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    target = np.zeros((len(questions), len(lengths)))
    target[np.arange(len(questions)), owner] = 1
    kernel = np.exp(-2 * SHARPNESS * (1 - (questions @ questions.T).astype(np.float64)))
    if not len(questions):
        return target.astype(np.float32)
    solved = np.linalg.solve(kernel + SMOOTHNESS * np.eye(len(questions)), target - 1 / len(lengths))
    return solved.astype(np.float32)
