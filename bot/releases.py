"""Keeps the live model in step with the store: looks every 5 s and on news, checks the hash, swaps one reference."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.reader import Reader
from bot.tasks import end
from nlu.archive import CURRENT, read_archive
from nlu.serving import Interpreter
from store import Store, Tx, releases
from store.releases import Release

log = logging.getLogger("halfsky.model")

EVERY = 5.0


class BrokenModel(Exception):
    """模型文件缺失或已改动。"""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(release: Release, places: Mapping[str, str]) -> Interpreter:
    """Raises BrokenModel when the file is not the one that was published."""
    path = Path(release.file)
    if not path.exists() or sha256(path) != release.sha256:
        raise BrokenModel(release.model)
    return Interpreter(path, places=places)


def _ready(release: Release, places: Mapping[str, str]) -> Interpreter:
    """The first woman must not wait while the encoder is being loaded."""
    model = load(release, places)
    model.warm_up()
    return model


def publish_shipped(tx: Tx, *, now: int) -> None:
    """The archive that came with the program goes live unless a trainer chose another one since."""
    if not CURRENT.exists():
        return
    live = releases.live(tx)
    digest = sha256(CURRENT)
    if live is None or (live.who == "shipped" and live.sha256 != digest):
        releases.put_live(
            tx,
            model=read_archive(CURRENT).model,
            file=str(CURRENT),
            sha256=digest,
            who="shipped",
            why="随程序发布",
            now=now,
        )


class ModelWatch:
    """`healthy` is False while the wished model cannot be loaded; the old one goes on answering."""

    def __init__(self, store: Store, reader: Reader, places: Mapping[str, str]) -> None:
        self._store = store
        self._reader = reader
        self._places = places
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._loaded: int | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._silence: Callable[[], None] | None = None
        self.healthy = True

    async def start(self) -> None:
        await self.look()
        self._silence = self._store.listen(lambda topics: self._wake.set() if releases.TOPIC in topics else None)
        self._task = asyncio.create_task(self._work(), name="model-watch")

    async def stop(self) -> None:
        if self._silence is not None:
            self._silence()
        await end(self._task)
        self._thread.shutdown(wait=False)

    async def look(self) -> None:
        release = await self._store.read(releases.live)
        if release is None or release.id == self._loaded:
            return
        try:
            model = await asyncio.get_running_loop().run_in_executor(self._thread, _ready, release, self._places)
        except Exception:
            log.exception("model cannot be loaded", extra={"model": release.model})
            self.healthy = False
            await self._instead(release)
            return
        self._reader.model = model
        self._loaded = release.id
        self.healthy = True
        log.info("model live", extra={"model": release.model})

    async def _instead(self, broken: Release) -> None:
        """After a start with a broken model there is no old one to go on with: the newest that still loads answers."""
        if self._reader.model is not None:
            return
        for release in await self._store.read(releases.history):
            if (release.file, release.sha256) == (broken.file, broken.sha256):
                continue
            with contextlib.suppress(BrokenModel, ValueError, KeyError, OSError):
                loop = asyncio.get_running_loop()
                self._reader.model = await loop.run_in_executor(self._thread, _ready, release, self._places)
                return

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._wake.wait()
            with contextlib.suppress(Exception):
                await self.look()
