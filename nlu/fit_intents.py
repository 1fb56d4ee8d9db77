"""Fits the intent model: calibrated intents, when to hold back, and further needs in one message."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoder
from nlu.examples import Example
from nlu.fit import Sample, Strength, best_threshold, cross_logits, fit_head, fit_many, fitted_temperature, invented
from nlu.heads import Floats, Head, sigmoid
from nlu.intents import IntentModel, group_chances
from nlu.letters import letters
from nlu.mistyped import mistyped
from nlu.taxonomy import taxonomy
from nlu.understanding import Vector

JOINTS = ("，还有", "，另外", "。", "，", "，而且", " ", "，顺便问一下", "。我还想问")
STRANGE = 0.01  # share of known messages that may look like another world


@dataclass(frozen=True)
class IntentPlan:
    """`wrong`: what a wrong answer costs when a right one gains 1; she can still press 都不是 or ask for a person.
    `letters`: long letters put together, each counting `heft` of a sentence. `mistyped`: share of the characters typed
    by ear, for each copy of a sentence. `resembling`: what a hard negative of danger counts; they are many and all
    odd. `pairs`: invented messages with two needs. `stray`: share of single needs that may be given a second one.
    """

    strength: Strength = field(default_factory=Strength)
    folds: int = 3
    letters: int = 1500
    heft: float = 0.5
    mistyped: tuple[float, ...] = (0.05, 0.15)
    resembling: float = 0.3
    wrong: float = 0.5
    pairs: int = 1500
    stray: float = 0.12


def fit_intents(examples: Sequence[Example], vectors: Vector, encoder: Encoder, plan: IntentPlan) -> IntentModel:
    """`examples` hold normalised texts, row by row those of `vectors`."""
    sample = Sample.plain(vectors, [item.text for item in examples], [item.intent for item in examples], plan.folds)
    heft = np.array([plan.resembling if item.resembles else 1.0 for item in examples])
    widened = _widened(replace(sample, heft=heft), encoder, plan)
    logits, names = cross_logits(widened, plan.strength)
    temperature = fitted_temperature(logits, names, sample.labels, lambda rows: group_chances(rows, names))
    chances = group_chances(logits / temperature, names)
    centres = _centres(sample, names)
    likeness = (vectors.astype(np.float64) @ centres.T)[np.arange(len(examples)), chances.argmax(axis=1)]
    kinds = tuple(sorted({item.danger for item in examples if item.danger is not None}))
    needs, second = _fit_needs(examples, vectors, encoder, plan)
    return IntentModel(
        head=fit_head(widened, plan.strength).tempered(temperature),
        needs=needs,
        centres=centres,
        threshold=_threshold(chances, names, sample.labels, plan.wrong),
        floor=float(np.quantile(likeness, STRANGE)),
        second=second,
        kinds=kinds,
        company=_company(examples, names, kinds),
    )


def _widened(sample: Sample, encoder: Encoder, plan: IntentPlan) -> Sample:
    """With letters and mistyped copies; made of sentences of one part, each betrays no part held out."""
    made: list[tuple[str, str]] = []
    heft: list[float] = []
    parts: list[int] = []
    for part in range(plan.folds):
        own = sample.part(np.flatnonzero(sample.folds == part))
        dice = np.random.RandomState(part)
        written = letters(own.texts, own.labels, plan.letters // plan.folds, seed=part)
        copies = [
            (mistyped(text, share, dice), intent)
            for share in plan.mistyped
            for text, intent in zip(own.texts, own.labels, strict=True)
        ]
        made += [*written, *copies]
        heft += [*(plan.heft for _ in written), *(weight for _ in plan.mistyped for weight in own.heft)]
        parts += [invented(part)] * (len(written) + len(copies))
    return Sample(
        np.concatenate([sample.vectors, encoder.encode([text for text, _ in made])]),
        [*sample.texts, *(text for text, _ in made)],
        [*sample.labels, *(intent for _, intent in made)],
        np.concatenate([sample.heft, np.array(heft)]),
        np.concatenate([sample.folds, np.array(parts, dtype=np.int64)]),
    )


def _company(examples: Sequence[Example], names: Sequence[str], kinds: Sequence[str]) -> Floats:
    """p(kind | intent) / p(kind), one example added everywhere so that nothing is ruled out."""
    counts = np.zeros((len(kinds), len(names)))
    for item in examples:
        if item.danger is not None:
            counts[kinds.index(item.danger), names.index(item.intent)] += 1
    totals = np.array([sum(item.intent == name for item in examples) for name in names])
    usual = counts.sum(axis=1, keepdims=True) / len(examples)
    ratio: Floats = ((counts + usual) / (totals + 1)) / usual
    return ratio


def _threshold(chances: Floats, names: Sequence[str], labels: Sequence[str], wrong: float) -> float:
    book = taxonomy()
    right = np.array(
        [book.kin(names[int(best)], label) for best, label in zip(chances.argmax(axis=1), labels, strict=True)]
    )
    return best_threshold(chances.max(axis=1), lambda taken: float(right[taken].sum() - wrong * (~right[taken]).sum()))


def _centres(sample: Sample, names: Sequence[str]) -> Floats:
    labels = np.array(sample.labels)
    centres = np.stack([sample.vectors[labels == name].astype(np.float64).mean(axis=0) for name in names])
    unit: Floats = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    return unit.astype(np.float32).astype(np.float64)


def _fit_needs(examples: Sequence[Example], vectors: Vector, encoder: Encoder, plan: IntentPlan) -> tuple[Head, float]:
    """One yes-or-no an intent, on single sentences, on those marked with several needs, and on invented pairs."""
    book = taxonomy().intents
    names = tuple(sorted({item.intent for item in examples if item.intent in book and book[item.intent].consultation}))
    pairs = _pairs(examples, frozenset(names), plan.pairs)
    paired = encoder.encode([text for text, _ in pairs])
    singles = [set(item.needs) | {item.intent} for item in examples]
    every = np.concatenate([vectors, paired])
    targets = np.array([[name in wanted for name in names] for wanted in [*singles, *(both for _, both in pairs)]])
    held = np.arange(len(every)) % 5 == 0
    if not names:
        return _needs_head(every, targets, names), 1.0
    trial = sigmoid(_needs_head(every[~held], targets[~held], names).logits(every[held], [""] * int(held.sum())))
    alone = targets[held].sum(axis=1) <= 1
    others = np.where(targets[held][alone], 0.0, trial[alone])
    second = float(np.quantile(others.max(axis=1), 1.0 - plan.stray)) if alone.any() else 1.0
    return _needs_head(every, targets, names), max(second, 0.3)


def _needs_head(vectors: Vector, targets: NDArray[np.bool_], names: tuple[str, ...]) -> Head:
    weights, bias = fit_many(vectors.astype(np.float64), targets, inverse=10.0)
    empty = np.zeros((0, len(names)), dtype=np.int8)
    return Head(names, weights, bias, empty, np.ones(len(names))).stored()


def _pairs(examples: Sequence[Example], names: frozenset[str], count: int) -> list[tuple[str, set[str]]]:
    """Two short messages of different needs said in one breath, the same ones at every training."""
    book = taxonomy()
    short = [item for item in examples if item.intent in names and not item.needs and 4 <= len(item.text) <= 40]
    if len(short) < 2:
        return []
    dice = np.random.RandomState(0)
    pairs: list[tuple[str, set[str]]] = []
    while len(pairs) < count:
        one, other = (short[int(i)] for i in dice.randint(0, len(short), 2))
        joint = JOINTS[int(dice.randint(0, len(JOINTS)))]
        if not book.kin(one.intent, other.intent):
            pairs.append((f"{one.text}{joint}{other.text}", {one.intent, other.intent}))
        elif len({item.intent for item in short}) < 2:
            break
    return pairs
