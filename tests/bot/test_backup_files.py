"""What she sent comes back with the database: sealed, whole, and never over what is there."""

import io
import tarfile
from pathlib import Path

import pytest

from store import backup_files
from store.backup import BadBackup, hashed, sidecar

NAMES = ("files/0a/0a" + "1" * 30, "files/ff/ff" + "2" * 30)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / "var" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"sealed " + name.encode())
    (tmp_path / "var" / "files" / "0a" / "half.part").write_bytes(b"not whole")
    copy = tmp_path / "halfsky.db"
    assert backup_files.pack(tmp_path / "var", copy) == len(NAMES)
    return copy


def test_they_come_back(packed: Path, tmp_path: Path) -> None:
    there = tmp_path / "new" / NAMES[0]
    there.parent.mkdir(parents=True)
    there.write_bytes(b"newer")
    assert backup_files.unpack(packed, tmp_path / "new") == 1
    assert there.read_bytes() == b"newer"
    assert (tmp_path / "new" / NAMES[1]).read_bytes() == b"sealed " + NAMES[1].encode()
    assert (tmp_path / "new" / NAMES[1]).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "new").rglob("*.part")] == []


def test_no_files_no_archive(tmp_path: Path) -> None:
    assert backup_files.pack(tmp_path, tmp_path / "halfsky.db") == 0
    assert backup_files.unpack(tmp_path / "halfsky.db", tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_changed_archive_is_refused(packed: Path, tmp_path: Path) -> None:
    archive = backup_files.beside(packed)
    archive.write_bytes(archive.read_bytes()[:-1] + b"x")
    with pytest.raises(BadBackup, match="校验值不符"):
        backup_files.unpack(packed, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "files/0a/../../keys/master.json", "keys/master.json"])
def test_an_archive_names_no_other_place(tmp_path: Path, name: str) -> None:
    archive = backup_files.beside(tmp_path / "halfsky.db")
    with tarfile.open(archive, "w") as made:
        member = tarfile.TarInfo(name)
        member.size = 3
        made.addfile(member, io.BytesIO(b"bad"))
    sidecar(archive).write_text(f"{hashed(archive)}  {archive.name}\n", encoding="ascii")
    with pytest.raises(BadBackup, match="不认识"):
        backup_files.unpack(tmp_path / "halfsky.db", tmp_path / "new")
    assert not (tmp_path / "new").exists()
