"""Her files from the web chat: staged until their message comes, then kept under her key."""

import asyncio
import json
import shutil
from pathlib import Path

from bot.channels.webchat.ports import Upload
from store import Store, files
from store.errors import KeyErased
from store.folder import Folder
from store.staging import Staging, StagingFull

INBOX = "web"
LEAST_FREE = 300 * 1024 * 1024  # bytes that stay for the database


class Arriving:
    def __init__(self, store: Store, var: Path) -> None:
        self._store = store
        self._var = var
        self._staging = Staging(var)
        self._folder = Folder(store, var)
        self._keeping = asyncio.Lock()

    async def stage(self, upload: Upload) -> str:
        head = json.dumps([upload.kind, upload.mime]).encode()
        return await asyncio.to_thread(self._put, head + b"\n" + upload.content)

    async def staged(self, ticket: str) -> Upload | None:
        data = await asyncio.to_thread(self._staging.get, ticket)
        if data is None:
            return None
        head, _, content = data.partition(b"\n")
        kind, mime = json.loads(head)
        return Upload(kind, mime, content)

    async def known(self, external_id: str) -> bool:
        try:
            found = await self._store.read(lambda tx: files.of_message(tx, INBOX, external_id))
        except KeyErased:
            return True
        return bool(found) and all(kept for _, kept in found)

    async def keep(self, external_id: str, ticket: str, upload: Upload) -> None:
        async with self._keeping:  # the same letter twice at once keeps one file
            try:
                found = await self._store.read(lambda tx: files.of_message(tx, INBOX, external_id))
                for attachment, kept in found:
                    if not kept:
                        await self._folder.keep(attachment, upload.content, upload.mime)
            except KeyErased:  # forgotten meanwhile: nothing of hers is kept any more
                pass
        await asyncio.to_thread(self._staging.drop, ticket)

    def _put(self, data: bytes) -> str:
        self._var.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._var).free < LEAST_FREE + len(data):
            raise OSError("the disk is nearly full")
        try:
            return self._staging.put(data)
        except StagingFull as error:
            raise OSError("too much is staged") from error
