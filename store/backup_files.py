"""The files she sent, in one archive beside the copy of the database: sealed as they are, named at random."""

import os
import re
import shutil
import tarfile
from pathlib import Path

from store.backup import BadBackup, check, hashed, sidecar
from store.folder import FOLDER

NAME = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/[0-9a-f]{{32}}")


def beside(copy: Path) -> Path:
    """halfsky-….db -> halfsky-….files.tar"""
    return copy.with_name(f"{copy.stem}.files.tar")


def pack(var: Path, copy: Path) -> int:
    """After the database: a file it names is then certainly there. Returns how many; none, no archive."""
    found = sorted(path for path in (var / FOLDER).glob("*/*") if NAME.fullmatch(path.relative_to(var).as_posix()))
    if not found:
        return 0
    target = beside(copy)
    draft = target.with_name(f"{target.name}.part")
    with tarfile.open(draft, "w") as archive:
        for path in found:
            # One erased between listing and reading is gone, as it should be.
            if path.exists():
                archive.add(path, path.relative_to(var).as_posix(), recursive=False)
    draft.chmod(0o600)
    draft.replace(target)
    sidecar(target).write_text(f"{hashed(target)}  {target.name}\n", encoding="ascii")
    return len(found)


def unpack(copy: Path, var: Path) -> int:
    """Put back what is missing, overwrite nothing; returns how many. Raises BadBackup when the archive is not whole."""
    source = beside(copy)
    if not source.is_file():
        return 0
    check(source)
    put = 0
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                # Members are read by name, never unpacked: an archive may name any place on the disk.
                content = archive.extractfile(member) if member.isfile() and NAME.fullmatch(member.name) else None
                if content is None:
                    raise BadBackup(f"{source.name} 里有不认识的内容")
                put += _write(var / member.name, content.read())
    except tarfile.TarError as error:
        raise BadBackup(f"{source.name} 不是完整的文件备份") from error
    return put


def _write(path: Path, sealed: bytes) -> bool:
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    shutil.move(draft, path)
    return True
