"""`python -m benchmarks.channels [seconds]`: 200 web chats and 50 WeChat pushes a second on two cores.

The program is started as an operator starts it, on an empty data folder, with WeChat in encrypted mode against a
loopback platform that is a process of its own (benchmarks/pushes.py). 200 pages stay open over real sockets, each
sending one of the ordinary sentences every 8-15 seconds; every push comes from another follower, some come again as the
platform brings them. WARM seconds at the same load come first: they are counted, not timed. A time runs from the moment
a message was due to the moment its answer could be read. Everybody writes from loopback, as through a proxy on the
same machine, so the limit of one conversation holds and the limits of one address do not.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from benchmarks import machine, ours, tally
from benchmarks.__main__ import sentences
from benchmarks.chats import Chat, Woman
from benchmarks.pushes import MISS, Outcome, Plan, result_of
from store import open_store

CORES = 2
CHATS = 200
PUSHES = 50  # a second
WARM = 12.0  # seconds
DRAIN = 12.0  # seconds for what may leave later: a lease of the request itself is ten
LIMIT = 1.0  # seconds, p99
TEXTS = 1000
APP_ID = "wxbench0000000000"
# An answer given without the model, or after a handler stumbled, is no answer to speak of.
SPOILT = ("late", "model failed", "handler failed")


@dataclass(frozen=True, slots=True)
class Figures:
    name: str
    times: tuple[float, ...]  # sorted, of the timed part
    misses: int
    tally: tally.Tally

    @property
    def fine(self) -> bool:
        return bool(self.times) and self.at(0.99) < LIMIT and not (self.misses or self.tally.lost or self.tally.doubled)

    def at(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))] if self.times else float("inf")

    def row(self) -> str:
        times = [f"{self.at(share) * 1000:.0f}" for share in (0.5, 0.99, 1.0)]
        cells = [self.name, str(self.tally.sent), str(len(self.times)), *times, str(self.misses)]
        return f"| {' | '.join([*cells, str(self.tally.lost), str(self.tally.doubled)])} |"


@dataclass(frozen=True, slots=True)
class Load:
    """Processor seconds over the timed part."""

    seconds: float
    server: float
    platform: float
    pages: float
    busy: float  # of all that ran on these cores
    megabytes: float

    def lines(self, answered: int) -> list[str]:
        def share(used: float) -> str:
            return f"{used / self.seconds / CORES:.0%}"

        others = max(0.0, self.busy - self.server - self.platform - self.pages)
        each = self.server * 1000 / max(answered, 1)
        generator = f"platform {share(self.platform)}, pages {share(self.pages)}"
        return [
            f"CPU of {CORES} cores: server {share(self.server)}, {each:.1f} ms a message",
            f"load generator {share(self.platform + self.pages)} ({generator}), other programs {share(others)}",
            f"memory of the server at the end {self.megabytes:.0f} MB",
        ]


async def measure(var: Path, seconds: float) -> tuple[list[Figures], Load]:
    texts = sentences(TEXTS)
    port, api_port = _free_port(), _free_port()
    plan = Plan(
        port=port,
        api_port=api_port,
        app_id=APP_ID,
        secret=secrets.token_hex(16),
        token=secrets.token_hex(8),
        aes_key=secrets.token_hex(21) + "A",
        texts=texts,
        rate=PUSHES,
        begin=-WARM,
        end=seconds,
    )
    settings = {
        "wechat_app_id": plan.app_id,
        "wechat_secret": plan.secret,
        "wechat_token": plan.token,
        "wechat_aes_key": plan.aes_key,
        "wechat_api_url": f"http://127.0.0.1:{api_port}",
    }
    async with _platform(plan) as platform:
        with ours.server(var, port, **settings) as pid:
            _wait_for_model(port)
            print(f"server {pid}, platform {platform.pid}; warm-up {WARM:.0f} s, then {seconds:.0f} s", flush=True)
            chats, outcomes, load, start = await _run(platform, pid, plan, texts)
    return await _figures(var, chats, outcomes, start), load


async def _run(
    platform: asyncio.subprocess.Process, pid: int, plan: Plan, texts: Sequence[str]
) -> tuple[list[Chat], Sequence[Outcome], Load, float]:
    loop = asyncio.get_running_loop()
    go = time.time() + WARM + 2.0
    start = loop.time() + go - time.time()
    assert platform.stdin is not None
    assert platform.stdout is not None
    platform.stdin.write(f"go {go}\n".encode())
    women = [Woman(plan.port, texts, seed) for seed in range(CHATS)]
    leave = start + plan.end + DRAIN
    visits = [
        asyncio.create_task(one.visit(start + plan.begin * (1 - number / CHATS / 2), start + plan.end, leave))
        for number, one in enumerate(women)
    ]
    pids = (pid, platform.pid, os.getpid())
    await asyncio.sleep(start - loop.time())
    before = [machine.cpu_seconds(one) for one in pids], machine.busy_seconds()
    await asyncio.sleep(start + plan.end - loop.time())
    after = [machine.cpu_seconds(one) for one in pids], machine.busy_seconds()
    server, simulated, pages = (later - earlier for earlier, later in zip(before[0], after[0], strict=True))
    busy = after[1] - before[1]
    load = Load(plan.end, server, simulated, pages, busy, machine.resident_megabytes(pid))
    chats = await asyncio.gather(*visits)
    await _drained(plan.port)
    assert await platform.stdout.readline() == b"sent\n"
    platform.stdin.write(b"stop\n")
    return list(chats), result_of((await platform.stdout.readline()).decode()), load, start


async def _figures(var: Path, chats: Sequence[Chat], outcomes: Sequence[Outcome], start: float) -> list[Figures]:
    store = open_store(f"sqlite:///{var / 'halfsky.db'}", var / "keys" / "master.json")
    try:
        web = await tally.of_chats(store, chats)
        wechat = await tally.of_pushes(store, f"wechat:{APP_ID}", outcomes)
    finally:
        store.close()
    spoken = sorted(seconds for chat in chats for due, seconds in chat.times if due >= start)
    pushed = sorted(one.seconds for one in outcomes if one.at >= 0 and one.seconds is not None)
    missed = sum(max(one.slowest, one.seconds or 0.0) >= MISS for one in outcomes)
    return [
        Figures("web chat", tuple(spoken), sum(seconds >= MISS for chat in chats for _, seconds in chat.times), web),
        Figures("WeChat", tuple(pushed), missed, wechat),
    ]


@asynccontextmanager
async def _platform(plan: Plan) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.pushes",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**28,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
    if await process.stdout.readline() != b"ready\n":
        raise RuntimeError("the platform did not start")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _drained(port: int) -> None:
    """Lost is what never leaves, not what an overloaded machine has not sent yet."""
    end = time.monotonic() + ours.PATIENCE
    async with httpx.AsyncClient() as http:
        while time.monotonic() < end:
            state = (await http.get(f"http://127.0.0.1:{port}/healthz", timeout=30)).json()
            if not state["outbox_waiting"]:
                return
            await asyncio.sleep(0.5)


def _wait_for_model(port: int) -> None:
    end = time.monotonic() + ours.PATIENCE
    while time.monotonic() < end:
        state = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30)
        if state.status_code == httpx.codes.OK and state.json()["model"] is not None:
            return
        time.sleep(0.1)
    raise RuntimeError("the model was not loaded")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _complaints(var: Path) -> Counter[str]:
    """Warnings and errors in the server's log, by event."""
    found: Counter[str] = Counter()
    for line in (var / "output.txt").read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("level") in {"warning", "error", "critical"}:
            where = (event.get("where") or [""])[-1]
            found[f"{event['event']} {event.get('error', '')} {where}".strip()] += 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Load on the web chat and on WeChat together.")
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    seconds: float = parser.parse_args().seconds
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as name:
        figures, load = asyncio.run(measure(Path(name), seconds))
        complaints = _complaints(Path(name))
    disk = machine.fsync_milliseconds()
    print(f"\n{machine.describe()}; fdatasync median {disk[0]:.2f} ms, 95% {disk[1]:.2f} ms")
    print(f"{CHATS} web chats, {PUSHES} WeChat pushes a second, {seconds:.0f} s after a warm-up of {WARM:.0f} s\n")
    print("| channel | messages | timed | p50 ms | p99 ms | max ms | over 5 s | lost | doubled |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(each.row() for each in figures))
    print("", *load.lines(sum(len(each.times) for each in figures)), sep="\n")
    for each in figures:
        count = each.tally
        print(f"{each.name}: {count.sent} sent, {count.stored} in the store, {count.replies} replies", end="")
        print(f", {count.forgotten} asked to be forgotten" if count.forgotten else "")
        if count.reasons:
            print(f"  {dict(count.reasons)}")
    if complaints:
        print(f"log of the server: {dict(complaints)}")
    spoilt = any(event.startswith(SPOILT) for event in complaints)
    passed = all(each.fine for each in figures) and not spoilt
    wanted = f"p99 under {LIMIT:.0f} s, nothing over {MISS:.0f} s, nothing lost or doubled, all with the model"
    print("met" if passed else f"missed: {wanted}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
