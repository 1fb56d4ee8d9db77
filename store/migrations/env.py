"""Alembic's entry: the connection is always handed in by store/migrate.py."""

from alembic import context

from store.models import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,  # SQLite can: a migration is done wholly or not at all
)
with context.begin_transaction():
    context.run_migrations()
