"""Files on their way in: on disk, each sealed under a key of its own that only her page holds."""

import base64
import os
import re
import secrets
import time
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = "arriving"
TICKET = re.compile(r"([0-9a-f]{32})([A-Za-z0-9_-]{43})")  # name, key
KEPT_SECONDS = 3600
MOST_BYTES = 500 * 1024 * 1024
NONCE = 12


class StagingFull(Exception):
    """Too much lies here that was never sent."""


class Staging:
    """What is put here is gone after an hour, or as soon as the message it belongs to has taken it."""

    def __init__(self, var: Path) -> None:
        self._folder = var / FOLDER

    def put(self, data: bytes) -> str:
        """Returns the ticket, the only way back to it."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._sweep() + len(data) > MOST_BYTES:
            raise StagingFull
        name, key, nonce = secrets.token_hex(16), AESGCM.generate_key(256), os.urandom(NONCE)
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(nonce + AESGCM(key).encrypt(nonce, data, None))
        return name + base64.urlsafe_b64encode(key).rstrip(b"=").decode()

    def get(self, ticket: str) -> bytes | None:
        found = TICKET.fullmatch(ticket)
        if found is None:
            return None
        try:
            sealed = (self._folder / found[1]).read_bytes()
            return AESGCM(base64.urlsafe_b64decode(found[2] + "=")).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except (FileNotFoundError, InvalidTag, ValueError):
            return None

    def drop(self, ticket: str) -> None:
        found = TICKET.fullmatch(ticket)
        if found is not None:
            (self._folder / found[1]).unlink(missing_ok=True)

    def _sweep(self) -> int:
        """Removes what is too old; returns the bytes that still lie here."""
        total = 0
        for path in self._folder.iterdir():
            try:
                found = path.stat()
            except FileNotFoundError:  # another process took it
                continue
            if time.time() - found.st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)
            else:
                total += found.st_size
        return total
