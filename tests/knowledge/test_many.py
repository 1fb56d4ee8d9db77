"""Questions asked together find what each finds alone, in a small library and in one too big to multiply whole."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

import knowledge.index
from knowledge.article import Candidate
from knowledge.load import load
from knowledge.search import Library, Query
from nlu.encoder import shared_encoder

DAY = date(2026, 11, 23)
TEXTS = ("怀孕了公司要辞退我怎么办", "离婚孩子归谁", "12345", "", "今天天气不错", "创业担保贷款怎么申请", "老公打我")


@pytest.fixture(scope="module", params=[12_000, 0], ids=["small", "big"])
def library(request: pytest.FixtureRequest) -> Iterator[Library]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge.index, "WHOLE", request.param)
        yield Library(load()[:60], shared_encoder().encode)


def queries() -> list[Query]:
    vectors = shared_encoder().encode(list(TEXTS))
    asked = [Query(text, vector, ("rights_maternity",), DAY) for text, vector in zip(TEXTS, vectors, strict=True)]
    return [*asked, *(Query(text, None, (), DAY) for text in TEXTS), Query(TEXTS[0], np.full(512, np.nan), (), DAY)]


def test_together_as_alone(library: Library) -> None:
    together = library.search_many(queries())
    alone = [library.search(one.text, one.vector, one.topics, one.day) for one in queries()]
    assert [_rough(found) for found in together] == [_rough(found) for found in alone]
    assert [len(found) for found in together][:4] == [3, 3, 0, 0]


def test_nobody_asks(library: Library) -> None:
    assert library.search_many([]) == []


def test_big_and_small_agree() -> None:
    asked = queries()
    small = Library(load()[:60], shared_encoder().encode).search_many(asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge.index, "WHOLE", 0)
        big = Library(load()[:60], shared_encoder().encode).search_many(asked)
    assert [_rough(found) for found in small] == [_rough(found) for found in big]


def _rough(found: list[Candidate]) -> list[tuple[str, float, bool]]:
    return [(one.article.id, round(one.score, 2), one.confident) for one in found]
