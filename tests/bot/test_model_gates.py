"""A model that fails the gates is not put live, unless somebody says why; the reason stays in the record."""

import argparse
import asyncio
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from bot.commands import model as verb
from bot.settings import Settings
from nlu.archive import CURRENT
from nlu.gates import FROZEN
from store import open_store, releases
from store.releases import Release

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model after somebody mixed up the intents: the labels of the head in reverse order."""
    path = tmp_path_factory.mktemp("spoiled") / "spoiled.tar.gz"
    with tarfile.open(CURRENT) as old, tarfile.open(path, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            data = b"" if file is None else file.read()
            if "ConsultationClassifier" in member.name and member.name.endswith(".npz"):
                with np.load(io.BytesIO(data)) as arrays:
                    kept = {name: arrays[name] for name in arrays.files}
                kept["intent_labels"] = kept["intent_labels"][::-1]
                buffer = io.BytesIO()
                np.savez_compressed(buffer, **kept)
                data = buffer.getvalue()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return path


def run(tmp_path: Path, **words: object) -> int:
    defaults = {"why": "", "force": False, "danger": None, "html": None, "file": str(FROZEN)}
    return verb.run(argparse.Namespace(settings=Settings(var=str(tmp_path)), **(defaults | words)))


def history(tmp_path: Path) -> list[Release]:
    settings = Settings(var=str(tmp_path))
    store = open_store(settings.store_url, settings.keys_path)
    try:
        return asyncio.run(store.read(releases.history))
    finally:
        store.close()


def test_a_worse_model_is_refused_and_a_reason_lets_it_pass(
    spoiled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, action="use", model=str(CURRENT)) == 0
    assert run(tmp_path, action="use", model=str(spoiled)) == 1
    said = capsys.readouterr().err
    assert "意图宏平均 F1" in said
    assert "--force" in said
    assert run(tmp_path, action="use", model=str(spoiled), force=True) == 1, "without a reason"
    assert len(history(tmp_path)) == 1
    assert run(tmp_path, action="use", model=str(spoiled), force=True, why="演练") == 0
    assert history(tmp_path)[0].why.startswith("演练（强制：")
    back = history(tmp_path)[1].model
    assert run(tmp_path, action="use", model=back) == 0, "the way back is never barred"


def test_evaluate_writes_the_report_and_tells_by_its_exit(spoiled: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert run(tmp_path, action="evaluate", model=None, html=str(page)) == 0
    assert "全部门槛通过" in page.read_text(encoding="utf-8")
    assert run(tmp_path, action="evaluate", model=str(spoiled)) == 1
    assert len(list((tmp_path / "reports").glob("*.html"))) == 1
    assert run(tmp_path, action="evaluate", model=None, file=str(tmp_path / "nothing.jsonl")) == 1
