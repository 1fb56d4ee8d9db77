"""An archive is read by name, refused when it is not ours, and known to be stale when its inputs changed."""

import gzip
import io
import json
import pickle
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu.archive import CURRENT, INTENTS, RECORD, ROOT, ArchiveError, inputs_of, read_archive, read_members, stale
from nlu.train import repack

Change = Callable[[dict[str, bytes]], object]


def test_the_committed_archive_is_trained_from_the_committed_data() -> None:
    assert stale() == [], "make train"


def test_the_committed_archive_is_small() -> None:
    assert CURRENT.stat().st_size < 2 * 2**20


def test_the_name_says_day_and_content() -> None:
    day, _, content = read_archive(CURRENT).model.partition("-")
    assert len(day) == 8
    assert day.isdigit()
    assert len(content) == 8


def test_stale_names_what_changed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "nlu").mkdir(parents=True)
    shutil.copy(ROOT / "config.yml", root)
    for name in ("taxonomy.yml", "danger_rules.yml", "sounds.txt"):
        shutil.copy(ROOT / "nlu" / name, root / "nlu")
    shutil.copytree(ROOT / "nlu" / "data", root / "nlu" / "data")
    assert stale(CURRENT, root) == []
    (root / "nlu" / "danger_rules.yml").write_text("changed", encoding="utf-8")
    (root / "nlu" / "data" / "new.yml").write_text("new", encoding="utf-8")
    (root / "nlu" / "data" / "rights_dv.yml").unlink()
    assert stale(CURRENT, root) == ["nlu/danger_rules.yml", "nlu/data/new.yml", "nlu/data/rights_dv.yml"]


def test_repacking_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.tar.gz", tmp_path / "other.tar.gz"
    repack(CURRENT, one, inputs_of())
    repack(one, other, inputs_of())
    assert one.read_bytes() == other.read_bytes()


def test_an_archive_straight_from_rasa_is_served_but_has_no_record(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda members: members.pop(RECORD))
    assert read_archive(path).model == read_archive(CURRENT).model
    assert stale(path) != []


def use_diet(members: dict[str, bytes]) -> None:
    metadata: dict[str, Any] = json.loads(members["metadata.json"])
    metadata["predict_schema"]["nodes"]["run_DIET"] = {"uses": "rasa.nlu.classifiers.diet_classifier.DIETClassifier"}
    members["metadata.json"] = json.dumps(metadata).encode()


def drop_intents(members: dict[str, bytes]) -> None:
    metadata = json.loads(members["metadata.json"])
    nodes = metadata["predict_schema"]["nodes"]
    metadata["predict_schema"]["nodes"] = {name: node for name, node in nodes.items() if node["uses"] != INTENTS}
    members["metadata.json"] = json.dumps(metadata).encode()


def pickle_weights(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, intent_labels=np.array([{"a": 1}], dtype=object))
    members[weights_name(members)] = buffer.getvalue()


def weights_name(members: dict[str, bytes]) -> str:
    return next(name for name in members if "ConsultationClassifier" in name and name.endswith(".npz"))


def raw_pickle(members: dict[str, bytes]) -> None:
    members[weights_name(members)] = pickle.dumps({"a": 1})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (use_diet, "DIETClassifier.*HALFSKY_NLU_URL"),
        (drop_intents, "缺少组件 ConsultationClassifier"),
        (pickle_weights, "权重无法读取"),
        (raw_pickle, "权重无法读取"),
        (lambda members: members.pop("metadata.json"), "没有 metadata.json"),
        (lambda members: members.update({"metadata.json": b"{"}), "不是正确的 JSON"),
        (lambda members: members.pop(weights_name(members)), "没有 components/"),
        (lambda members: members.update({f"{i}": b"" for i in range(300)}), "过多或过大"),
        (lambda members: members.update({"zeros": bytes(17 * 2**20)}), "过多或过大"),
    ],
)
def test_refused_with_a_reason(tmp_path: Path, change: Change, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        read_archive(changed(tmp_path, change))


@pytest.mark.parametrize("content", [b"", b"not a tar", gzip.compress(b"neither", mtime=0)])
def test_broken_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError):
        read_archive(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="make train"):
        read_archive(tmp_path / "nothing.tar.gz")


def test_links_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "links.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        link = tarfile.TarInfo("metadata.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert read_members(path) == {}


def changed(folder: Path, change: Change) -> Path:
    members = read_members(CURRENT)
    change(members)
    path = folder / "changed.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return path
