"""A consistent copy of the running database, and the way back; keys are never part of it."""

import contextlib
import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine

from store.errors import StoreError

PARTS = ("", "-wal", "-shm")
TABLES = frozenset({"contact", "conversation", "message", "outbox", "ticket", "alembic_version"})


class BadBackup(StoreError):
    """The copy is not whole, or not ours."""


def copy(engine: Engine, target: Path) -> str:
    """Write the copy and, beside it, its SHA-256; returns the hash."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), draft)
    else:
        _dump_postgres(engine, draft)
    digest = hashed(draft)
    draft.chmod(0o600)
    draft.replace(target)
    sidecar(target).write_text(f"{digest}  {target.name}\n", encoding="ascii")
    return digest


def check(source: Path) -> None:
    """Raises BadBackup in words for the operator."""
    if not source.is_file():
        raise BadBackup(f"找不到备份 {source.name}")
    written = sidecar(source)
    if not written.is_file():
        raise BadBackup(f"缺少校验文件 {written.name}")
    if written.read_text(encoding="ascii", errors="replace").split()[:1] != [hashed(source)]:
        raise BadBackup(f"{source.name} 已损坏或被改动：校验值不符")


def restore_sqlite(source: Path, database: Path) -> Path | None:
    """Put the copy in place; the database it replaces is kept aside and its path returned."""
    check(source)
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        shutil.copy(source, fresh)
        if not _is_ours(fresh):
            raise BadBackup(f"{source.name} 不是完整的半边天数据库")
        aside = _put_aside(database) if database.exists() else None
        fresh.replace(database)
    finally:
        for part in PARTS:
            fresh.with_name(fresh.name + part).unlink(missing_ok=True)
    return aside


def _is_ours(file: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        return False
    return whole and tables >= TABLES


def _put_aside(database: Path) -> Path:
    """Copy the present database under a name that is free; raises BadBackup while a program has it open."""
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=1)) as connection:
            # Needs the file for itself, and leaves everything in it: nothing stays behind in the write-ahead log.
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BadBackup("程序还开着这个数据库，请先停止") from error
    except sqlite3.DatabaseError:
        pass  # broken: that is why it is replaced
    first = database.with_name(f"{database.name}.before-restore")
    more = (first.with_name(f"{first.name}-{number}") for number in itertools.count(2))
    aside = next(path for path in itertools.chain([first], more) if not path.exists())
    shutil.copy(database, aside)
    for part in PARTS[1:]:
        old = database.with_name(database.name + part)
        if old.exists():
            old.replace(aside.with_name(aside.name + part))
    return aside


def _copy_sqlite(database: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as source, contextlib.closing(sqlite3.connect(target)) as copied:
        source.backup(copied)


def _dump_postgres(engine: Engine, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError("备份 PostgreSQL 需要 pg_dump（Debian：apt install postgresql-client）")
    url = engine.url.set(drivername="postgresql")
    # The password goes by the environment: a command line is read by everybody on the machine.
    environ = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    command = [program, "--format=custom", f"--file={target}", plain.render_as_string()]
    done = subprocess.run(command, check=False, env=environ)  # noqa: S603 - our own arguments
    if done.returncode:
        raise StoreError(f"pg_dump 没有成功（退出码 {done.returncode}）")


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
