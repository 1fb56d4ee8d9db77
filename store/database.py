"""Opens the database of one deployment: migrations, keys, units, and the news of what was committed."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from store.errors import Unreachable
from store.unit import PostgresUnits, SqliteUnits, T, Work, postgres_engine, sqlite_engine
from store.vault import Vault, load_vault

Listener = Callable[[frozenset[str]], None]
CHANNEL = "halfsky"
MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
NEWEST = max(path.name for path in MIGRATIONS.glob("*.py")).partition("_")[0]  # 0001_first_tables.py


class Store:
    """`unit` writes, `read` reads, `listen` hears the topics of every commit of every process."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.engine = engine
        self.vault = vault
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Listener]] = []
        self._news: _PostgresNews | None = None
        self.dialect = engine.dialect.name
        units = SqliteUnits if self.dialect == "sqlite" else PostgresUnits
        self._units: SqliteUnits | PostgresUnits = units(engine, vault, self._announce)

    async def unit(self, work: Work[T]) -> T:
        """Run `work(tx)` in one transaction; returns after the commit. Its exceptions undo only its own changes."""
        return await self._units.unit(work)

    async def read(self, work: Work[T]) -> T:
        """Run `work(tx)` on one consistent snapshot; it must not write."""
        return await self._units.read(work)

    async def glance(self, work: Work[T]) -> T:
        """Like `read`, but each statement sees its own moment: cheaper where what was seen is checked again later."""
        return await self._units.glance(work)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(topics)` on this loop after every commit; returns the way to stop."""
        entry = (asyncio.get_running_loop(), listener)
        self._listeners.append(entry)
        if self.dialect == "postgresql" and self._news is None:
            self._news = _PostgresNews(self.engine.url.render_as_string(hide_password=False), self._spread)
        return lambda: self._listeners.remove(entry) if entry in self._listeners else None

    def close(self) -> None:
        if self._news is not None:
            self._news.close()
        self._units.close()
        self.engine.dispose()

    def _announce(self, topics: frozenset[str]) -> None:
        # PostgreSQL tells every process, this one too, by NOTIFY.
        if topics and self._news is None:
            self._spread(topics)

    def _spread(self, topics: frozenset[str]) -> None:
        for loop, listener in list(self._listeners):
            with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
                loop.call_soon_threadsafe(listener, topics)


class _PostgresNews:
    """A thread of its own that LISTENs, and comes back when the connection breaks."""

    def __init__(self, url: str, spread: Listener) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._spread = spread
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stop.is_set():
                        for notice in connection.notifies(timeout=1):
                            self._spread(frozenset({notice.payload}))
            except psycopg.OperationalError:
                self._stop.wait(1)


def open_store(url: str, keys: Path) -> Store:
    """Open (and bring up to date) the database; keys are made only for an empty one."""
    sqlite = url.startswith("sqlite")
    if sqlite:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(url) if sqlite else postgres_engine(url)
    try:
        vault = load_vault(keys, create=_is_empty(engine))
        if _revision(engine) != NEWEST:
            from store import migrate  # noqa: PLC0415 - Alembic takes half a second that most starts do not need

            migrate.upgrade(engine)
    except OperationalError as error:
        engine.dispose()
        raise Unreachable("连不上数据库：请检查地址、网络和口令，或磁盘是否可写") from error
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, vault)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return found


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not inspect(connection).has_table("contact") or (
            connection.execute(text("SELECT 1 FROM contact LIMIT 1")).first() is None
        )
