"""The four measures over the whole program: first article, key fact, silence, no unverified number."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.commands.ask import decision
from bot.commands.replay import DEFAULT_AT, micros_of
from bot.pipeline import day_of
from bot.reader import topics_of
from bot.rehearsal import Rehearsal
from bot.settings import Settings
from knowledge.asked import MEASURED_FILE, OUTSIDE_FILE, Question, load_questions
from knowledge.search import Library
from nlu.archive import CURRENT
from nlu.serving import Interpreter

FIRST, IN_THREE, FACT, MISLED = 0.88, 0.96, 0.97, 0.04
MEASURED = load_questions(MEASURED_FILE) if MEASURED_FILE.exists() else []
ASKED = [one for one in MEASURED if one.article]
OUTSIDE = load_questions(OUTSIDE_FILE) if OUTSIDE_FILE.exists() else []
AT = micros_of(DEFAULT_AT)
AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:万?元|%|％|天|个月|年(?!\d*月)|倍|个点|BP)")
BASIS = re.compile(r"^依据.*$|回复“删除我的记录”，7天后销毁", re.MULTILINE)  # the law, and the first-contact notice

pytestmark = pytest.mark.skipif(not OUTSIDE, reason="还没有范围外的问题（knowledge/questions/out_of_scope.jsonl）")


@dataclass(frozen=True)
class Replied:
    decision: str
    article: str | None
    text: str


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    opened = Rehearsal(Settings(var="var/test"))
    yield opened
    opened.close()


def reply(rehearsal: Rehearsal, question: Question) -> Replied:
    turn = asyncio.run(rehearsal.play([question.text], AT)).turns[0]
    article = next((line.article for line in turn.replies if line.article), None)
    return Replied(decision(turn, article), article, "\n".join(line.text for line in turn.replies))


@pytest.fixture(scope="module")
def replies(rehearsal: Rehearsal) -> list[tuple[Question, Replied]]:
    return [(question, reply(rehearsal, question)) for question in ASKED]


def right(question: Question, name: str | None) -> bool:
    return name is not None and name in {question.article, *question.also}


def test_the_right_article_comes_first(library: Library) -> None:
    understood = Interpreter(CURRENT).parse_many([question.text for question in ASKED])
    first = three = 0
    for question, meaning in zip(ASKED, understood, strict=True):
        found = library.search(question.text, meaning.vector, topics_of(meaning, None), day_of(AT))
        first += bool(found) and right(question, found[0].article.id)
        three += any(right(question, one.article.id) for one in found)
    print(f"\nfirst {first / len(ASKED):.3f}, in three {three / len(ASKED):.3f} of {len(ASKED)}")
    assert first / len(ASKED) >= FIRST
    assert three / len(ASKED) >= IN_THREE


def test_an_answer_contains_its_key_fact(replies: list[tuple[Question, Replied]]) -> None:
    told = [
        (question, found)
        for question, found in replies
        if question.fact and found.article and right(question, found.article)
    ]
    if not told:
        pytest.skip("还没有写明关键事实的问题")
    missing = [question.text for question, found in told if not re.search(question.fact or "", found.text)]
    print(f"\nkey fact in {1 - len(missing) / len(told):.3f} of {len(told)} answered")
    assert 1 - len(missing) / len(told) >= FACT, missing


def test_what_is_not_ours_gets_no_answer(rehearsal: Rehearsal) -> None:
    wrong = []
    for question in OUTSIDE:
        found = reply(rehearsal, question)
        if found.decision == "answer" and not right(question, found.article):
            wrong.append((question.text, found.article))
    print(f"\nwrongly answered {len(wrong)} of {len(OUTSIDE)}")
    assert len(wrong) / len(OUTSIDE) <= MISLED, wrong


def test_what_nobody_has_verified_gets_no_number(rehearsal: Rehearsal) -> None:
    asked = [question for question in (*MEASURED, *OUTSIDE) if question.unverified]
    told = [(question.text, AMOUNT.findall(BASIS.sub("", reply(rehearsal, question).text))) for question in asked]
    assert [(text, found) for text, found in told if found] == []
