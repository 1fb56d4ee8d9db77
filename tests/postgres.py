"""A throw-away PostgreSQL cluster on loopback, owned by user postgres when we are root (root may not run it)."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg


def find_initdb() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1] if debian else None


@dataclass(frozen=True)
class Cluster:
    port: int

    def create_database(self, name: str) -> str:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self._url(name).replace("postgresql://", "postgresql+psycopg://")

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> "Iterator[Cluster]":
        initdb = find_initdb()
        assert initdb is not None, "PostgreSQL is not installed"
        data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run([initdb, "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=on"
        _run([initdb.with_name("pg_ctl"), "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
        try:
            yield cls(port)
        finally:
            _run([initdb.with_name("pg_ctl"), "-D", data, "-m", "immediate", "stop"], check=False)


def _run(command: list[str | Path], *, check: bool = True) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=check, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
