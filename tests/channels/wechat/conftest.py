"""A store of its own for each test; what is special to PostgreSQL is tested where the store is."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store import Store, open_store
from tests.channels.wechat.kit import Office, office


@pytest.fixture
def one_store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'halfsky.db'}", tmp_path / "keys" / "master.json")
    yield opened
    opened.close()


@pytest.fixture
async def desk(one_store: Store, tmp_path: Path) -> AsyncIterator[Office]:
    """Encrypted mode, as an account should be set up."""
    async with office(one_store, tmp_path) as running:
        yield running
