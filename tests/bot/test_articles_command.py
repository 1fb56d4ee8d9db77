"""`halfsky articles`: what is exported is what answers; what is imported waits for a person."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.load import ARTICLES, load, parse
from knowledge.write import written
from store import Store, articles, open_store
from tests.bot.kit import MONDAY
from tests.store.test_articles import seat

NAME = "rights-legal-aid-apply"


def halfsky(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "HALFSKY_VAR": str(var), "HALFSKY_DATABASE_URL": ""}
    command = [sys.executable, "-m", "bot", "articles", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    done = halfsky(tmp_path / "var", "export", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "out"


def opened(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'var' / 'halfsky.db'}", tmp_path / "var" / "keys" / "master.json")


def test_the_first_export_is_the_repositorys_files(exported: Path) -> None:
    names = {path.name for path in exported.glob("*.md")}
    assert names == {path.name for path in ARTICLES.glob("*.md")}
    assert (exported / f"{NAME}.md").read_bytes() == (ARTICLES / f"{NAME}.md").read_bytes()


def test_an_import_changes_nothing_until_somebody_approved_it(exported: Path, tmp_path: Path) -> None:
    assert "0 篇" in halfsky(tmp_path / "var", "import", str(exported)).stdout
    file = exported / f"{NAME}.md"
    file.write_text(file.read_text("utf-8").replace("answer: ", "answer: 先打12348问一问。"), "utf-8")
    assert "有 1 篇" in halfsky(tmp_path / "var", "import", str(exported)).stdout
    store = opened(tmp_path)
    try:
        newest = asyncio.run(store.read(lambda tx: articles.history(tx, NAME)))[0]
        assert (newest.state, newest.origin, newest.author) == ("waiting", "import", None)
        wang = asyncio.run(seat(store, "wang"))
        asyncio.run(store.unit(lambda tx: articles.approve(tx, newest.id, seat_id=wang, note="", now=MONDAY)))
        asyncio.run(store.unit(lambda tx: articles.retire(tx, "job-fair", seat_id=wang, note="", now=MONDAY)))
    finally:
        store.close()
    again = tmp_path / "again"
    assert halfsky(tmp_path / "var", "export", str(again)).returncode == 0
    found = {article.id: article for article in load(again)}
    assert found[NAME].answer.startswith("先打12348")
    assert found[NAME].reviewed_by == "wang"
    assert found["job-fair"].status == "retired"
    assert "0 篇" in halfsky(tmp_path / "var", "import", str(again)).stdout


def test_one_fault_and_nothing_is_taken_in(exported: Path, tmp_path: Path) -> None:
    file = exported / f"{NAME}.md"
    file.write_text(file.read_text("utf-8").replace("answer: ", "answer: 我们保证赢。"), "utf-8")
    done = halfsky(tmp_path / "var", "import", str(exported))
    assert done.returncode == 1
    assert f"{NAME}.md：answer：不能写“保证”" in done.stderr


def test_every_article_survives_being_written_and_read() -> None:
    for article in load(ARTICLES):
        again, faults = parse(f"{article.id}.md", written(article))
        assert not faults
        assert again == article
