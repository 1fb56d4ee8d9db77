"""Sentence vectors kept in a file by the hash of their text, so that a start encodes only what is new."""

import contextlib
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Encode = Callable[[list[str]], Vectors]

WIDTH = 512
PROBE = "怎么申请人身安全保护令"  # another encoder gives it another vector: then nothing cached is worth anything
SAME = 1e-3


def encoded(texts: Sequence[str], encode: Encode, cache: Path | None) -> Vectors:
    """Unit rows, float32, in the order of `texts`; a missing, corrupt or foreign cache is rebuilt."""
    probe = np.asarray(encode([PROBE]), dtype=np.float32)[0]
    known = _read(cache, probe) if cache is not None else {}
    keys = [_key(text) for text in texts]
    new = [text for text, key in zip(texts, keys, strict=True) if key not in known]
    if new:
        rows = np.asarray(encode(new), dtype=np.float32)
        known.update(zip((_key(text) for text in new), rows, strict=True))
    if cache is not None and (new or len(known) > len(set(keys))):
        _write(cache, probe, {key: known[key] for key in keys})
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, WIDTH), dtype=np.float32)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path, probe: Vectors) -> dict[str, Vectors]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            keys, rows, old_probe = held["keys"], held["rows"], held["probe"]
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zlib.error, zipfile.BadZipFile):
        return {}
    whole = rows.dtype == np.float32 and rows.shape == (len(keys), WIDTH) and old_probe.shape == probe.shape
    if (
        not whole
        or not np.allclose(old_probe, probe, atol=SAME)
        or not np.allclose(np.linalg.norm(rows, axis=1), 1, atol=0.01)
    ):
        return {}
    return dict(zip(keys.tolist(), rows, strict=True))


def _write(path: Path, probe: Vectors, known: dict[str, Vectors]) -> None:
    """Beside the target, then renamed: two starts at once each leave a whole file. A full disk costs only time."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=np.array(list(known)), rows=np.stack(list(known.values())), probe=probe)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
