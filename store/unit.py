"""One transaction: `await store.unit(work)` runs `work(tx)` and returns only after the commit.

SQLite has one writer thread; up to 32 waiting works share one BEGIN IMMEDIATE … COMMIT, each in its own savepoint,
because with synchronous=FULL the disk allows only some hundred commits a second. Short looks share a thread likewise.
PostgreSQL runs one transaction each in a few threads.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, text

from store.vault import Sealer, Vault

T = TypeVar("T")
BATCH = 32
THREADS = 8


@dataclass(slots=True)
class Tx:
    """What a work may use: the connection, the vault, and topics to announce once it is committed."""

    connection: Connection
    vault: Vault
    topics: set[str] = field(default_factory=set)
    sealers: dict[int, Sealer] = field(default_factory=dict)  # by contact, opened in this transaction

    def announce(self, topic: str) -> None:
        self.topics.add(topic)


Work = Callable[[Tx], T]
Announce = Callable[[frozenset[str]], None]


def sqlite_engine(url: str) -> Engine:
    # isolation_level=None: we say BEGIN ourselves. With the driver's default a row outlived the outer rollback.
    engine = create_engine(
        url,
        hide_parameters=True,  # an error message must not quote what she wrote
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "timeout": 30, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")
        # NORMAL loses acknowledged rows in a power cut.
        if connection.execute("PRAGMA synchronous").fetchone()[0] < 2:
            raise RuntimeError("SQLite refused synchronous=FULL")

    return engine


def postgres_engine(url: str) -> Engine:
    return create_engine(url, hide_parameters=True, pool_size=THREADS, max_overflow=2, pool_pre_ping=True)


@dataclass(slots=True)
class _Asked:
    """One work, the loop that waits for it, and what came of it."""

    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    problem: BaseException | None = None

    def run(self, tx: Tx) -> bool:
        try:
            self.result = self.work(tx)
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller of this work alone
            self.problem = error
        return self.problem is None


class _Lane:
    """A thread with a connection of its own that takes all that waits, and wakes each loop once for all of it."""

    def __init__(self, engine: Engine, name: str, handle: Callable[[Connection, list[_Asked]], None]) -> None:
        self._engine = engine
        self._handle = handle
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def ask(self, work: Work[T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Asked(work, loop, future))
        return future

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._queue.get()) is not None:
                batch = [first]
                while len(batch) < BATCH and not self._queue.empty():
                    more = self._queue.get()
                    if more is None:
                        self._queue.put(None)
                        break
                    batch.append(more)
                batch = [asked for asked in batch if not asked.future.cancelled()]
                try:
                    self._handle(connection, batch)
                except BaseException as error:  # noqa: BLE001 - nothing of this batch was done: every caller must hear it
                    for asked in batch:
                        asked.problem = error
                _answer(batch)


def _answer(batch: Iterable[_Asked]) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[_Asked]] = defaultdict(list)
    for asked in batch:
        by_loop[asked.loop].append(asked)
    for loop, done in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
            loop.call_soon_threadsafe(_settle, done)


def _settle(batch: Iterable[_Asked]) -> None:
    for asked in batch:
        if asked.future.done():
            continue
        if asked.problem is None:
            asked.future.set_result(asked.result)
        elif isinstance(asked.problem, StopIteration):  # a future refuses it, and the others must hear too
            asked.future.set_exception(RuntimeError("a work raised StopIteration"))
        else:
            asked.future.set_exception(asked.problem)


class SqliteUnits:
    """One writer thread with shared commits, one for short looks, two for consistent snapshots."""

    def __init__(self, engine: Engine, vault: Vault, announce: Announce) -> None:
        self._engine = engine
        self._vault = vault
        self._announce = announce
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-read")
        self._glances = _Lane(engine, "store-glance", self._look)
        self._writer = _Lane(engine, "store-write", self._commit)

    async def unit(self, work: Work[T]) -> T:
        return await self._writer.ask(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def glance(self, work: Work[T]) -> T:
        return await self._glances.ask(work)

    def close(self) -> None:
        self._writer.close()
        self._glances.close()
        self._readers.shutdown()

    def _look(self, connection: Connection, batch: list[_Asked]) -> None:
        for asked in batch:
            asked.run(Tx(connection, self._vault))

    def _read(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                return work(Tx(connection, self._vault))
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def _commit(self, connection: Connection, batch: list[_Asked]) -> None:
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        topics: set[str] = set()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for asked in batch:
                tx = Tx(connection, self._vault)
                raw.execute("SAVEPOINT work")
                if asked.run(tx):
                    topics |= tx.topics
                else:
                    raw.execute("ROLLBACK TO work")
                raw.execute("RELEASE work")
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            if raw.in_transaction:
                connection.exec_driver_sql("ROLLBACK")
            raise
        self._announce(frozenset(topics))


class PostgresUnits:
    """A small thread pool, one transaction each; topics travel by NOTIFY."""

    def __init__(self, engine: Engine, vault: Vault, announce: Announce) -> None:
        self._engine = engine
        self._vault = vault
        self._announce = announce
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="store")

    async def unit(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, work)

    async def read(self, work: Work[T]) -> T:
        return await self.unit(work)

    async def glance(self, work: Work[T]) -> T:
        return await self.unit(work)

    def close(self) -> None:
        self._pool.shutdown()

    def _run(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            tx = Tx(connection, self._vault)
            result = work(tx)
            for topic in sorted(tx.topics):
                connection.execute(text("SELECT pg_notify('halfsky', :topic)"), {"topic": topic})
        self._announce(frozenset(tx.topics))
        return result
