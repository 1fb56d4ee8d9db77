"""One transaction: `await store.unit(work)` runs `work(tx)` and returns only after the commit.

SQLite has one writer thread; up to 32 waiting works share one BEGIN IMMEDIATE … COMMIT, each in its own savepoint,
because with synchronous=FULL the disk allows only some hundred commits a second. PostgreSQL runs one transaction each
in a few threads.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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


class SqliteUnits:
    """One writer thread with shared commits, a few reader threads."""

    def __init__(self, engine: Engine, vault: Vault, announce: Announce) -> None:
        self._engine = engine
        self._vault = vault
        self._announce = announce
        self._queue: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-read")
        self._writer = threading.Thread(target=self._write, name="store-write", daemon=True)
        self._writer.start()

    async def unit(self, work: Work[T]) -> T:
        future: Future[T] = Future()
        self._queue.put((work, future))
        return await asyncio.wrap_future(future)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def glance(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._glance, work)

    def close(self) -> None:
        self._queue.put(None)
        self._writer.join()
        self._readers.shutdown()

    def _glance(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            return work(Tx(connection, self._vault))

    def _read(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                return work(Tx(connection, self._vault))
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def _write(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._queue.get()) is not None:
                batch = [first]
                while len(batch) < BATCH and not self._queue.empty():
                    more = self._queue.get()
                    if more is None:
                        self._queue.put(None)
                        break
                    batch.append(more)
                self._commit(connection, batch)

    def _commit(self, connection: Connection, batch: list[tuple[Work[Any], Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        topics: set[str] = set()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for work, future in batch:
                if future.set_running_or_notify_cancel():
                    outcomes.append((future, *self._savepoint(connection, work, topics)))
            connection.exec_driver_sql("COMMIT")
        except BaseException as error:  # noqa: BLE001 - nothing of this batch was committed: every caller must hear it
            raw = connection.connection.dbapi_connection
            if cast("sqlite3.Connection", raw).in_transaction:
                connection.exec_driver_sql("ROLLBACK")
            for _, future in batch:
                if not future.cancelled():
                    future.set_exception(error)
            return
        self._announce(frozenset(topics))
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)

    def _savepoint(self, connection: Connection, work: Work[Any], topics: set[str]) -> tuple[Any, BaseException | None]:
        tx = Tx(connection, self._vault)
        connection.exec_driver_sql("SAVEPOINT work")
        try:
            result = work(tx)
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller of this work alone
            connection.exec_driver_sql("ROLLBACK TO work")
            connection.exec_driver_sql("RELEASE work")
            return None, error
        connection.exec_driver_sql("RELEASE work")
        topics |= tx.topics
        return result, None


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
