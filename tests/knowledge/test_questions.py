"""The search finds the right article for questions that were written apart from the articles."""

import json
import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from knowledge.article import Article, Candidate
from knowledge.asked import MEASURED_FILE, QUESTIONS_FILE, Question, load_questions
from knowledge.search import Library
from knowledge.words import folded
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from nlu.taxonomy import taxonomy
from tests.knowledge.samples import Encode

GRAM = 7
FIRST, IN_THREE, MISLED = 0.81, 0.93, 0.08  # fitted to, and looked at when variants were written: not the measure
FIRST_BY_WORDS, IN_THREE_BY_WORDS = 0.66, 0.83  # the encoder failed: worse, but never silent

QUESTIONS = load_questions()
MEASURED = load_questions(MEASURED_FILE)


def grams(text: str) -> set[str]:
    letters = re.sub(r"\W", "", folded(text))
    return {letters[start : start + GRAM] for start in range(len(letters) - GRAM + 1)}


def test_they_are_enough_and_point_to_articles(articles: Sequence[Article]) -> None:
    lines = [json.loads(line) for line in QUESTIONS_FILE.read_text(encoding="utf-8").splitlines()]
    assert all({"text", "article"} <= set(line) <= {"text", "article", "also", "fact", "unverified"} for line in lines)
    assert len({question.text for question in QUESTIONS}) == len(QUESTIONS) >= 160
    assert sum(question.article is None for question in QUESTIONS) >= 60
    ids = {article.id for article in articles}
    assert {name for question in QUESTIONS for name in (question.article, *question.also) if name} <= ids


def test_they_were_written_apart_from_the_variants(articles: Sequence[Article]) -> None:
    known = set().union(*(grams(text) for article in articles for text in (article.title, *article.variants)))
    assert [one.text for one in (*QUESTIONS, *MEASURED) if grams(one.text) & known] == []


def test_the_measured_ones_were_written_apart_from_the_fitted_ones() -> None:
    fitted = set().union(*(grams(question.text) for question in QUESTIONS))
    assert [question.text for question in MEASURED if grams(question.text) & fitted] == []


def test_there_are_enough_of_each_kind_to_measure() -> None:
    assert len({question.text for question in MEASURED}) == len(MEASURED) >= 400
    assert sum(question.fact is not None for question in MEASURED) >= 200
    assert sum(question.unverified for question in MEASURED) >= 25


def judge(name: str, results: Sequence[tuple[Question, list[Candidate]]]) -> tuple[float, float, float]:
    ours = [(question, found) for question, found in results if question.article]
    others = [found for question, found in results if not question.article]

    def right(question: Question, found: Sequence[Candidate]) -> bool:
        return any(candidate.article.id in {question.article, *question.also} for candidate in found)

    answered = [(question, found) for question, found in ours if found and found[0].confident]
    first = sum(right(question, found[:1]) for question, found in ours) / len(ours)
    three = sum(right(question, found[:3]) for question, found in ours) / len(ours)
    misled = sum(bool(found) and found[0].confident for found in others) / len(others)
    true = sum(right(question, found[:1]) for question, found in answered) / max(len(answered), 1)
    print(
        f"\n{name}: first {first:.3f}, in three {three:.3f}, answered {len(answered) / len(ours):.3f} "
        f"of which right {true:.3f}; out of scope answered {misled:.3f} ({len(ours)} + {len(others)} questions)"
    )
    return first, three, misled


def test_without_a_topic(library: Library, encode: Encode, day: date) -> None:
    vectors = encode([folded(question.text) for question in QUESTIONS])
    found = [
        library.search(question.text, vector, [], day) for question, vector in zip(QUESTIONS, vectors, strict=True)
    ]
    first, three, misled = judge("no topic", list(zip(QUESTIONS, found, strict=True)))
    assert first >= FIRST
    assert three >= IN_THREE
    assert misled <= MISLED


def test_without_the_encoder(library: Library, day: date) -> None:
    found = [library.search(question.text, None, [], day) for question in QUESTIONS]
    first, three, misled = judge("words only", list(zip(QUESTIONS, found, strict=True)))
    assert first >= FIRST_BY_WORDS
    assert three >= IN_THREE_BY_WORDS
    assert misled <= MISLED


@pytest.mark.skipif(not CURRENT.exists(), reason="还没有训练好的模型（nlu/models/current.tar.gz）")
def test_with_the_models_topic(library: Library, day: date) -> None:
    understood = Interpreter(CURRENT).parse_many([question.text for question in QUESTIONS])
    results = []
    for question, meaning in zip(QUESTIONS, understood, strict=True):
        assert meaning.vector is not None
        topics = list(
            dict.fromkeys([meaning.intent, *meaning.needs, *(other.intent for other in meaning.alternatives[:1])])
        )
        results.append((question, library.search(question.text, np.asarray(meaning.vector), topics, day)))
    first, three, misled = judge("with the model's topic", results)
    assert first >= FIRST
    assert three >= IN_THREE
    assert misled <= MISLED


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_wrong_topic_helps_nobody_but_hides_nothing(
    share: float, library: Library, encode: Encode, day: date
) -> None:
    """Topics that are wrong for a fixed share of the questions: the right article still comes into the first three."""
    ours = [question for question in QUESTIONS if question.article]
    vectors = encode([folded(question.text) for question in ours])
    within = 0
    for number, (question, vector) in enumerate(zip(ours, vectors, strict=True)):
        assert question.article is not None
        wrong = (number % 10) / 10 < share
        topic = "job_technology" if wrong else library.articles[question.article].intents[0]
        found = library.search(question.text, vector, [topic], day)
        within += any(candidate.article.id in {question.article, *question.also} for candidate in found)
    assert within / len(ours) >= (0.90 if share else 0.97)


@pytest.mark.parametrize("name", [name for name, intent in taxonomy().intents.items() if intent.consultation])
def test_a_buttons_words_lead_to_its_own_matter(name: str, library: Library, encode: Encode, day: date) -> None:
    """She may press the button instead of writing: its words are then the question, its intent the topic."""
    words = taxonomy().intents[name].her
    assert name in library.search(words, encode([folded(words)])[0], [name], day)[0].article.intents


HEADS = {
    "老公打我怎么办": {"rights-dv-police"},
    "他又打我": {"rights-dv-police", "rights-dv-warning", "rights-dv-protection-order", "rights-dv-order-violated"},
    "我想离婚": {"marriage-divorce-agreed", "marriage-divorce-court"},
    "不想过了，要离婚": {"marriage-divorce-agreed", "marriage-divorce-court", "marriage-crisis-counselling"},
    "没钱打官司": {"rights-legal-aid-apply"},
    "被性骚扰了": {"rights-harassment-work"},
    "产假": {"rights-maternity-leave"},
    "怀孕了公司要辞退我怎么办": {"rights-maternity-dismissal"},
    "想贷款": {"loan-policy-now", "loan-terms", "loan-eligibility"},
    "失业了": {"job-unemployment"},
    "他不让我看孩子": {"marriage-custody-visit"},
}


@pytest.mark.parametrize("text", HEADS)
def test_the_shortest_and_commonest_ways_of_asking(text: str, library: Library, encode: Encode, day: date) -> None:
    found = library.search(text, encode([folded(text)])[0], [], day)[0]
    assert found.article.id in HEADS[text] or not found.confident, (found.article.id, found.score)
