"""A Bot API on loopback that ends each test without a complaint, and a desk that commits to the store."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store import Store, open_store
from tests.channels.telegram.kit import Desk
from tests.telegram_api import TelegramApi


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server
        assert server.complaints == []


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def one_store(tmp_path: Path) -> Iterator[Store]:
    """For tests to which the kind of database is all one."""
    opened = open_store(f"sqlite:///{tmp_path / 'halfsky.db'}", tmp_path / "keys" / "master.json")
    yield opened
    opened.close()
