"""Our side: the whole program on an empty data folder, and the bare interpreter on one core."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 60.0


@contextmanager
def server(var: Path, port: int, **settings: str) -> Iterator[int]:
    """`halfsky run`; yields its process id once /healthz answers."""
    var.mkdir(parents=True, exist_ok=True)
    more = {f"HALFSKY_{name.upper()}": value for name, value in settings.items()}
    with (var / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env={**os.environ, "HALFSKY_VAR": str(var), "HALFSKY_PORT": str(port), **more},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError((var / "output.txt").read_text(encoding="utf-8")[-2000:])
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == httpx.codes.OK:
                    break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


PARSE = """
import sys, time, json
from nlu.serving import Interpreter
first, texts, rounds = json.load(sys.stdin)
model = Interpreter()
for text in first:
    model.parse(text)
for _ in range(rounds):
    begun = time.perf_counter()
    for text in texts:
        model.parse(text)
    single = len(texts) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    for start in range(0, len(texts), 16):
        model.parse_many(texts[start : start + 16])
    print(single, len(texts) / (time.perf_counter() - begun))
"""


def parse_rates(first: Sequence[str], texts: Sequence[str], rounds: int) -> tuple[float, float]:
    """Parses a second on one core, one by one and in batches of 16: medians of the rounds, warmed up with `first`."""
    done = subprocess.run(
        ["taskset", "-c", "0", sys.executable, "-c", PARSE],
        input=json.dumps([first, texts, rounds]),
        capture_output=True,
        text=True,
        check=True,
    )
    rates = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    single, batched = (statistics.median(each) for each in zip(*rates, strict=True))
    return single, batched
