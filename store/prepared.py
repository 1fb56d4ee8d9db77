"""Statements of the message path, turned into SQL once."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Protocol, cast

from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Executable

from store.unit import Tx


class Done(Protocol):
    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any:
        """The next row, by position."""
        ...


class Prepared:
    """On SQLite its text goes straight to the driver: SQLAlchemy's own share of a short statement is four fifths.

    For plain values only: nothing is converted on the way in or out (bytes, text, numbers; a truth value is 0 or 1).
    """

    def __init__(self, statement: Executable, sqlite: Executable | None = None) -> None:
        """`sqlite`: the same statement in SQLite's dialect, where the two differ."""
        self._statement = statement
        self._sqlite = statement if sqlite is None else sqlite
        self._texts: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}

    def run(self, tx: Tx, values: Mapping[str, Any]) -> Done:
        connection = tx.connection
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, dict(values))
        names = tuple(values)
        known = self._texts.get(names)
        if known is None:
            made = self._sqlite.compile(dialect=connection.dialect, column_keys=list(names))  # type: ignore[attr-defined]  # every statement has it
            known = self._texts[names] = str(made), tuple(cast("SQLCompiler", made).positiontup or ())
        text, order = known
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        return driver.execute(text, [values[name] for name in order])
