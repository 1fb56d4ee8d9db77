"""Files she sent, sealed with her key, in a folder no web server shows."""

import asyncio
import os
import secrets
from pathlib import Path

from store import files
from store.database import Store

FOLDER = "files"


class Folder:
    def __init__(self, store: Store, var: Path) -> None:
        self._store = store
        self._var = var

    async def keep(self, attachment_id: int, data: bytes, mime: str) -> None:
        """On disk first, then known to the store: a crash in between leaves a sealed file nobody points to."""
        sealed = await self._store.read(lambda tx: files.sealed(tx, attachment_id, data))
        where = await asyncio.to_thread(self._write, sealed)
        await self._store.unit(lambda tx: files.keep(tx, attachment_id, path=where, mime=mime, size=len(data)))

    def _write(self, sealed: bytes) -> str:
        name = secrets.token_hex(16)
        path = self._var / FOLDER / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        return path.relative_to(self._var).as_posix()

    async def read(self, attachment_id: int, where: str) -> bytes:
        """Raises OSError when the file is not there."""
        sealed = (self._var / where).read_bytes()
        return await self._store.read(lambda tx: files.opened(tx, attachment_id, sealed))
