"""The library keeps its promises whatever it is asked, whatever fails around it."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.article import Article
from knowledge.fault import ArticleFaults
from knowledge.fusion import load_modes
from knowledge.index import WITH_VECTOR, WITHOUT_VECTOR
from knowledge.load import ARTICLES
from knowledge.search import Library
from knowledge.shelf import Shelf
from tests.knowledge.samples import FILE, LEAVE, ORDER, Encode, written

ODD = [
    "", " \n", "？？？", "😭😭😭", "\x00\x00", "<script>alert(1)</script>", "a" * 5000, "离婚" * 5000,
    "離婚冷靜期", "123", "%s %d {0}",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("with_vector", [True, False])
def test_odd_messages_are_searched_calmly(
    text: str, library: Library, encode: Encode, day: date, *, with_vector: bool
) -> None:
    found = library.search(text, encode([text[:600]])[0] if with_vector else None, [], day)
    assert len(found) <= 3
    assert all(0 <= candidate.score <= 1 for candidate in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert not any(candidate.confident for candidate in found[1:])


def test_nonsense_is_never_answered(library: Library, encode: Encode, day: date) -> None:
    for text in ("？？？", "😭😭😭", "asdfgh", "123", "。", "嗯"):
        assert not any(one.confident for one in library.search(text, encode([text])[0], [], day)), text


@pytest.mark.parametrize(
    "vector", [np.zeros(512, np.float32), np.full(512, np.nan, np.float32), np.ones(3, np.float32)]
)
def test_a_broken_vector_counts_as_none(vector: NDArray[np.float32], library: Library, day: date) -> None:
    question = "人身安全保护令怎么申请，要收费吗"
    assert library.search(question, vector, [], day) == library.search(question, None, [], day)


def test_the_limit_holds(library: Library, encode: Encode, day: date) -> None:
    vector = encode(["离婚"])[0]
    assert [len(library.search("离婚", vector, [], day, limit=limit)) for limit in (0, 1, 5)] == [0, 1, 5]


@pytest.mark.parametrize(
    ("fields", "asked_on", "answers"),
    [
        ({}, date(2026, 11, 23), True),
        ({"valid_to": date(2026, 11, 23)}, date(2026, 11, 23), True),
        ({"valid_to": date(2026, 11, 22)}, date(2026, 11, 23), False),
        ({"valid_from": date(2026, 11, 24)}, date(2026, 11, 23), False),
        ({"status": "draft"}, date(2026, 11, 23), False),
        ({"status": "superseded"}, date(2026, 11, 23), False),
    ],
)
def test_what_may_not_answer_is_never_returned(
    fields: dict[str, object], asked_on: date, *, answers: bool, encode: Encode
) -> None:
    library = Library([replace(ORDER, **fields), LEAVE], encode)  # type: ignore[arg-type]  # a table of fields
    for vector in (encode([ORDER.title])[0], None):
        names = {one.article.id for one in library.search(ORDER.title, vector, ["rights_dv"], asked_on)}
        assert (ORDER.id in names) is answers


def test_a_superseded_article_of_the_project_stays_silent(library: Library, encode: Encode, day: date) -> None:
    old = next(article for article in library.articles.values() if article.status == "superseded")
    for text in (old.title, *old.variants):
        assert old.id not in {one.article.id for one in library.search(text, encode([text])[0], [], day, limit=200)}


def test_nothing_may_answer_at_all(encode: Encode, day: date) -> None:
    assert Library([], encode).search("离婚", encode(["离婚"])[0], [], day) == []
    assert Library([replace(ORDER, status="draft")], encode).search("保护令", None, [], day) == []


def test_her_own_words_find_their_article(
    library: Library, articles: Sequence[Article], encode: Encode, day: date
) -> None:
    asked = [(text, article) for article in articles if article.answers_on(day) for text in article.variants]
    vectors = encode([text for text, _ in asked])
    first = [library.search(text, vector, [], day)[0] for (text, _), vector in zip(asked, vectors, strict=True)]
    share = sum(one.article.id == article.id for one, (_, article) in zip(first, asked, strict=True)) / len(asked)
    assert share >= 0.97


def test_two_articles_alike_are_too_close_to_choose(encode: Encode, day: date) -> None:
    twin = replace(ORDER, id="rights-order-again")
    vector = encode([ORDER.title])[0]
    assert Library([ORDER, LEAVE], encode).search(ORDER.title, vector, [], day)[0].confident
    assert not Library([ORDER, twin, LEAVE], encode).search(ORDER.title, vector, [], day)[0].confident


def test_a_topic_lifts_but_is_no_wall(library: Library, encode: Encode, day: date) -> None:
    text = "保护令怎么申请"
    vector = encode([text])[0]
    scores = {
        topic: library.search(text, vector, [topic] if topic else [], day)[0]
        for topic in ("rights_dv", "", "loan_rate")
    }
    assert {one.article.id for one in scores.values()} == {"rights-dv-protection-order"}
    assert scores["rights_dv"].score > scores[""].score > scores["loan_rate"].score


class Counting:
    def __init__(self, encode: Encode) -> None:
        self.encode, self.sentences = encode, 0

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        self.sentences += len(texts)
        return self.encode(texts)


def test_a_second_start_encodes_nothing_but_the_probe(encode: Encode, tmp_path: Path, day: date) -> None:
    cache, counting = tmp_path / "sub" / "vectors.npz", Counting(encode)
    first = Library.load(ARTICLES, counting, cache)
    assert counting.sentences > 1000
    counting.sentences = 0
    second = Library.load(ARTICLES, counting, cache)
    assert counting.sentences == 1
    vector = encode(["老公打我"])[0]
    assert first.search("老公打我", vector, [], day) == second.search("老公打我", vector, [], day)
    left = {path.name for path in cache.parent.iterdir()}
    assert left <= {"vectors.npz", "cuts.kept", "dictionary.kept"}, "no half-written file stays behind"


def test_only_a_changed_sentence_is_encoded_again(encode: Encode, tmp_path: Path) -> None:
    cache, counting = tmp_path / "vectors.npz", Counting(encode)
    Library([ORDER, LEAVE], counting, cache)
    counting.sentences = 0
    Library([ORDER, replace(LEAVE, title="产假一共几天")], counting, cache)
    assert counting.sentences == 2


@pytest.mark.parametrize("damage", [b"", b"not a cache", b"PK\x03\x04half", "cut", "flipped", "folder"])
def test_a_corrupt_cache_is_rebuilt(damage: bytes | str, encode: Encode, tmp_path: Path, day: date) -> None:
    cache = tmp_path / "vectors.npz"
    clean = Library([ORDER, LEAVE], encode, cache).search("保护令", None, [], day)
    whole = cache.read_bytes()
    if damage == "folder":
        cache.unlink()
        cache.mkdir()
    else:
        broken = {"cut": whole[: len(whole) // 2], "flipped": whole[:3000] + bytes(200) + whole[3200:]}
        cache.write_bytes(damage if isinstance(damage, bytes) else broken[damage])
    counting = Counting(encode)
    assert Library([ORDER, LEAVE], counting, cache).search("保护令", None, [], day) == clean
    assert counting.sentences > 10


def test_vectors_of_another_encoder_are_not_used(encode: Encode, tmp_path: Path) -> None:
    cache = tmp_path / "vectors.npz"
    Library([ORDER, LEAVE], lambda texts: -encode(texts), cache)
    counting = Counting(encode)
    Library([ORDER, LEAVE], counting, cache)
    assert counting.sentences > 10


def test_an_unwritable_cache_costs_only_time(encode: Encode, tmp_path: Path, day: date) -> None:
    (tmp_path / "file").write_text("")
    library = Library([ORDER, LEAVE], encode, tmp_path / "file" / "vectors.npz")
    assert library.search("保护令", None, [], day)


def test_many_threads_search_at_once(library: Library, encode: Encode, day: date) -> None:
    vector = encode(["抚养费不给怎么办"])[0]
    expected = library.search("抚养费不给怎么办", vector, [], day)
    wrong: list[object] = []

    def work() -> None:
        wrong.extend(
            found for _ in range(20) if (found := library.search("抚养费不给怎么办", vector, [], day)) != expected
        )

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_search_is_quick(library: Library, encode: Encode, day: date) -> None:
    vector = encode(["怀孕了公司要辞退我怎么办"])[0]
    took = []
    for _ in range(50):
        started = time.perf_counter()
        library.search("怀孕了公司要辞退我怎么办", vector, ["rights_maternity"], day)
        took.append(time.perf_counter() - started)
    assert sorted(took)[10] < 0.010


def test_the_calibration_fits_the_index() -> None:
    """Written by `python -m knowledge.calibrate`; after a change of the features it must be run again."""
    modes = load_modes()
    assert (modes["full"].features, modes["words"].features) == (WITH_VECTOR, WITHOUT_VECTOR)
    for mode in modes.values():
        assert len(mode.weights) == len(mode.features)
        assert len(mode.odds) == len(mode.features) + 3
        assert 0 < mode.threshold < 1
        assert mode.margin > 0


def test_a_new_edition_replaces_the_old_one(encode: Encode, day: date) -> None:
    old, new = Library([ORDER], encode), Library([ORDER, LEAVE], encode)
    shelf = Shelf(old)
    before = shelf.generation
    assert shelf.replace(new) is old
    assert shelf.library is new
    assert shelf.generation > before
    assert shelf.replace(old) is new
    assert shelf.library is new


def test_a_faulty_edition_never_becomes_a_library(encode: Encode, tmp_path: Path) -> None:
    with pytest.raises(ArticleFaults, match="region"):
        Library.load(written(tmp_path / "a", FILE.replace("region: national\n", "")), encode)
