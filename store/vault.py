"""Seals what a woman wrote under her own key, and makes equality look-ups possible without reading it.

One random 256-bit key per contact, wrapped by a master key; AES-256-GCM throughout. Every sealed value starts with the
format byte and the id of the key that sealed it. Destroying a contact's wrapped key makes all she wrote unreadable.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.errors import KeyErased, KeysMissing, StoreError

FORMAT = b"\x01"
NONCE = 12
ID = 4


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens the values of one contact."""

    key_id: bytes
    cipher: AESGCM

    def seal(self, text: str) -> bytes:
        return self.seal_bytes(text.encode("utf-8", "surrogatepass"))

    def seal_bytes(self, data: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return FORMAT + self.key_id + nonce + self.cipher.encrypt(nonce, data, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        if sealed[:1] != FORMAT or sealed[1 : 1 + ID] != self.key_id:
            raise StoreError("sealed with another key")
        body = sealed[1 + ID :]
        return self.cipher.decrypt(body[:NONCE], body[NONCE:], None)

    def seal_json(self, value: Any) -> bytes:
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open(self, sealed: bytes) -> str:
        return self.open_bytes(sealed).decode("utf-8", "surrogatepass")

    def open_json(self, sealed: bytes) -> Any:
        return json.loads(self.open(sealed))


class Vault:
    """Master keys of the deployment: wraps contact keys, computes look-up codes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read()

    def _read(self) -> None:
        keys = json.loads(self._path.read_text(encoding="ascii"))
        self._masters = {name: AESGCM(bytes.fromhex(key)) for name, key in keys["masters"].items()}
        self._current = str(keys["current"])
        self._lookup = bytes.fromhex(keys["lookup"])

    def new_key(self) -> bytes:
        """A fresh contact key, wrapped."""
        return self._wrap(os.urandom(ID) + AESGCM.generate_key(256))

    def sealer(self, wrapped: bytes | None) -> Sealer:
        if wrapped is None:
            raise KeyErased("erased")
        plain = self._unwrap(wrapped)
        return Sealer(plain[:ID], AESGCM(plain[ID:]))

    def rewrap(self, wrapped: bytes) -> bytes | None:
        """The same contact key under the current master key; None when it already is."""
        if self._master_of(wrapped) == self._current:
            return None
        return self._wrap(self._unwrap(wrapped))

    def mac(self, purpose: str, value: str) -> bytes:
        return hmac.digest(self._lookup, f"{purpose}\0{value}".encode("utf-8", "surrogatepass"), "sha256")

    def _wrap(self, plain: bytes) -> bytes:
        name = self._current.encode("ascii")
        nonce = os.urandom(NONCE)
        return bytes([len(name)]) + name + nonce + self._masters[self._current].encrypt(nonce, plain, name)

    def _unwrap(self, wrapped: bytes) -> bytes:
        name = self._master_of(wrapped)
        if name not in self._masters:
            self._read()  # the keys were rotated while this program was running
        if name not in self._masters:
            raise KeysMissing(f"master key {name} is missing")
        rest = wrapped[1 + len(name) :]
        return self._masters[name].decrypt(rest[:NONCE], rest[NONCE:], name.encode("ascii"))

    @staticmethod
    def _master_of(wrapped: bytes) -> str:
        return wrapped[1 : 1 + wrapped[0]].decode("ascii")


def load_vault(path: Path, *, create: bool) -> Vault:
    """Read the key file; make it only when `create` says that there is no data yet."""
    if not path.exists():
        if not create:
            raise KeysMissing(str(path))
        write_keys(path, {"lookup": secrets.token_hex(32), "current": "m1", "masters": {"m1": secrets.token_hex(32)}})
    return Vault(path)


def add_master(path: Path) -> str:
    """Add a new current master key to the file and return its name; rows are re-wrapped by the caller."""
    keys = json.loads(path.read_text(encoding="ascii"))
    name = f"m{max(int(known[1:]) for known in keys['masters']) + 1}"  # a name is never used twice
    keys["masters"][name] = secrets.token_hex(32)
    keys["current"] = name
    write_keys(path, keys)
    return name


def write_keys(path: Path, keys: Mapping[str, Any]) -> None:
    """Whole or not at all, and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
