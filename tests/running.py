"""The real program in a process of its own, on a free port, with a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Program:
    """`start` waits until /healthz answers; `kill` is kill -9."""

    var: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.var / "output.txt").read_text(encoding="utf-8")

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "output.txt").open("a", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env={
                    **os.environ,
                    "HALFSKY_VAR": str(self.var),
                    "HALFSKY_PORT": str(self.port),
                    "PYTHONUNBUFFERED": "1",
                    **self.environ,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, f"the program ended:\n{self.output[-3000:]}"
            try:
                if httpx.get(f"{self.base}/healthz", timeout=2).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise TimeoutError(self.output[-3000:])

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def halfsky(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Another verb on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env={**os.environ, "HALFSKY_VAR": str(self.var), "HALFSKY_PORT": str(self.port), **self.environ},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def running(var: Path, **environ: str) -> Iterator[Program]:
    program = Program(var, environ)
    program.start()
    try:
        yield program
    finally:
        program.stop()
