"""Fixtures everything shares: a store on each database, and the marks that say what a machine lacks."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store, open_store
from tests.postgres import Cluster, find_initdb

CI = os.environ.get("CI") == "true"
TRAINER = Path(".venv-trainer/bin/python")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"

LACKS = {
    "trainer": None if TRAINER.exists() else "没有训练环境（Python 3.10 + Rasa）",
    "postgres": None if find_initdb() else "没有 PostgreSQL（initdb）",
    "browser": None if Path(CHROMIUM).exists() else "没有 Chromium",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a machine lacks is skipped with one line; in CI nothing may be lacking, so the test runs and fails."""
    for item in items:
        for mark, reason in LACKS.items():
            if reason and not CI and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # Not under pytest's own folder: that one is closed to the user who must run the server.
    with tempfile.TemporaryDirectory(prefix="halfsky-postgres-") as folder, Cluster.start(Path(folder)) as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'halfsky.db'}"
    running: Cluster = request.getfixturevalue("cluster")
    return running.create_database(f"t{secrets.token_hex(6)}")


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_url, tmp_path / "keys" / "master.json")
    yield opened
    opened.close()
