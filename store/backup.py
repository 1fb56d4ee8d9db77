"""A consistent copy of the running database, and the way back; keys are never part of it."""

import hashlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import Engine

from store.errors import StoreError


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
    digest = _hash(draft)
    draft.chmod(0o600)
    draft.replace(target)
    _sidecar(target).write_text(f"{digest}  {target.name}\n", encoding="ascii")
    return digest


def check(source: Path) -> None:
    """Raises BadBackup in words for the operator."""
    if not source.is_file():
        raise BadBackup(f"找不到备份 {source.name}")
    sidecar = _sidecar(source)
    if not sidecar.is_file():
        raise BadBackup(f"缺少校验文件 {sidecar.name}")
    if sidecar.read_text(encoding="ascii").split()[0] != _hash(source):
        raise BadBackup(f"{source.name} 已损坏或被改动：校验值不符")


def restore_sqlite(source: Path, database: Path) -> Path | None:
    """Put the copy in place; the database it replaces is kept aside and its path returned."""
    check(source)
    fresh = database.with_name(f"{database.name}.restoring")
    shutil.copy(source, fresh)
    with sqlite3.connect(fresh) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
        ours = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'contact'").fetchone()[0]
    connection.close()
    if whole != "ok" or not ours:
        fresh.unlink()
        raise BadBackup(f"{source.name} 不是完整的半边天数据库")
    aside = None
    if database.exists():
        aside = database.with_name(f"{database.name}.before-restore")
        for part in ("", "-wal", "-shm"):
            old = database.with_name(database.name + part)
            if old.exists():
                old.replace(aside.with_name(aside.name + part))
    fresh.replace(database)
    return aside


def _copy_sqlite(database: Path, target: Path) -> None:
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copied:
        source.backup(copied)
    source.close()
    copied.close()


def _dump_postgres(engine: Engine, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError("备份 PostgreSQL 需要 pg_dump（Debian：apt install postgresql-client）")
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([program, "--format=custom", f"--file={target}", url], check=True)  # noqa: S603 - our own arguments


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
