"""Brings a database to the newest schema; one Alembic history for SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from store.errors import NewerSchema
from store.models import metadata

HISTORY = Path(__file__).parent / "migrations"
LOCK = 3388_1949  # one process migrates, the others wait


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HISTORY))
    config.attributes["connection"] = connection
    return config


def own_transactions(engine: Engine) -> Engine:
    """The store's SQLite engine is in autocommit with its own BEGIN; Alembic needs one that begins when told."""
    if engine.dialect.name != "sqlite":
        return engine
    plain = create_engine(engine.url, connect_args={"isolation_level": None}, poolclass=NullPool)
    event.listen(plain, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return plain


def upgrade(engine: Engine, revision: str = "head") -> None:
    with own_transactions(engine).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '30s'"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
        _refuse_newer(connection)
        command.upgrade(configuration(connection), revision)
        connection.commit()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()


def revise(engine: Engine, message: str) -> None:
    """Write a new migration from the difference between the tables and this database."""
    with own_transactions(engine).connect() as connection:
        command.revision(configuration(connection), message, autogenerate=True)


def drift(engine: Engine) -> list[object]:
    """What the tables say and the migrated database does not, or the other way round."""
    with own_transactions(engine).connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _refuse_newer(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory(str(HISTORY)).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise NewerSchema("数据库由更新的版本写成，请先升级程序，或用 halfsky restore 恢复旧备份")
    connection.rollback()
