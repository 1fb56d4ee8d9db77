"""One history for both databases, equal to the tables, there and back."""

from alembic import command

from store import Store, migrate


def test_the_migrated_database_equals_the_tables(store: Store) -> None:
    assert migrate.drift(store.engine) == []


def test_a_second_start_changes_nothing(store: Store) -> None:
    migrate.upgrade(store.engine)
    assert migrate.drift(store.engine) == []


def test_down_and_up_again(store: Store) -> None:
    with migrate.own_transactions(store.engine).connect() as connection:
        command.downgrade(migrate.configuration(connection), "base")
        connection.commit()
    migrate.upgrade(store.engine)
    assert migrate.drift(store.engine) == []
