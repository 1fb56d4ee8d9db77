"""Things that take long to compute and never change, kept in a file under the hash of what they were made from."""

import contextlib
import hashlib
import marshal
import os
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
VERSION = "1"


def kept(folder: Path | None, name: str, made_from: bytes, make: Callable[[], T]) -> T:
    """What `make` gives, from the file when it is there and whole. Plain values only; a full disk costs only time."""
    if folder is None:
        return make()
    path = folder / f"{name}.kept"
    key = hashlib.sha256(f"{VERSION} {version('jieba')} {marshal.version}".encode() + made_from).digest()
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        raw = path.read_bytes()
        digest, body = raw[32:64], raw[64:]
        if raw[:32] == key and hashlib.sha256(body).digest() == digest:
            found: T = marshal.loads(body)  # noqa: S302 - our own file, whole by its hash
            return found
    value = make()
    with contextlib.suppress(OSError):
        _write(path, key, marshal.dumps(value))  # type: ignore[arg-type]  # plain values, says the docstring
    return value


def _write(path: Path, key: bytes, body: bytes) -> None:
    """Beside the target, then renamed: two processes that start at once each leave a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(key + hashlib.sha256(body).digest() + body)
    Path(draft).replace(path)
