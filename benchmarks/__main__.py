"""`make bench`: both sides in the same run, and the table for the README."""

import asyncio
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks import machine, ours, peer
from benchmarks.load import Ask, Line, Measured, burst

SENDERS = 16
ROUNDS = 3
MESSAGES = {"ours": 2000, "peer": 400}
PARSES = 400


def sentences(count: int) -> list[str]:
    """Ordinary messages without danger, taken evenly from every intent."""
    found: list[str] = []
    for path in sorted(Path("nlu/data").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [one["text"] for one in block["examples"] if "danger" not in one.get("metadata", {})]
    step = max(1, len(found) // count)
    picked = found[::step]
    return (picked * (count // len(picked) + 1))[:count]


async def ask_ours(line: Line, _number: int, text: str) -> Any:
    return await line.post("/api/messages", {"conversation": None, "id": secrets.token_urlsafe(18), "text": text})


async def ask_peer(line: Line, number: int, text: str) -> Any:
    return await line.post("/webhooks/rest/webhook", {"sender": f"s{number}", "message": text})


async def parse_peer(line: Line, _number: int, text: str) -> Any:
    return await line.post("/model/parse", {"text": text})


def rounds(port: int, texts: list[str], ask: Ask, senders: int = SENDERS) -> tuple[float, float]:
    """Median over the rounds of messages a second and of p99 in milliseconds."""
    done: list[Measured] = []
    for _ in range(ROUNDS):
        done.append(asyncio.run(burst(port, texts, senders, ask)))
        print(f"    {done[-1].rate:8.0f}/s  p99 {done[-1].quantile(0.99) * 1000:7.1f} ms", flush=True)
    return statistics.median(one.rate for one in done), statistics.median(one.quantile(0.99) for one in done) * 1000


def warm_start(folder: Path, port: int) -> float:
    """Seconds from the start of the program to the first answer."""
    begun = time.perf_counter()
    with ours.server(folder, port):
        body = {"conversation": None, "id": secrets.token_urlsafe(18), "text": "产假多少天"}
        httpx.post(f"http://127.0.0.1:{port}/api/messages", json=body, timeout=30).raise_for_status()
        return time.perf_counter() - begun


def main() -> int:
    say: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731 - progress of a long run
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"机器：{machine.describe()}")
        disk = machine.fsync_milliseconds()
        say(f"磁盘 fdatasync：中位 {disk[0]:.2f} ms，95% {disk[1]:.2f} ms")
        say("== 训练原版 Rasa（约两分钟）")
        rasa = folder / "rasa"
        rasa.mkdir()
        peer.write(rasa)
        peer.train(rasa)
        say("== 原版 Rasa，16 个同时发送者")
        with peer.server(rasa, 8391) as pid:
            asyncio.run(burst(8391, sentences(50), 4, ask_peer))
            theirs = rounds(8391, sentences(MESSAGES["peer"]), ask_peer)
            theirs_memory = machine.resident_megabytes(pid)
        say("== 半边天，16 个同时发送者")
        with ours.server(folder / "var", 8392) as pid:
            rest = machine.resident_megabytes(pid)
            asyncio.run(burst(8392, sentences(50), 4, ask_ours))
            mine = rounds(8392, sentences(MESSAGES["ours"]), ask_ours)
            mine_memory = machine.resident_megabytes(pid)
        start = warm_start(folder / "var", 8393)
        say("== 只解析，一个核")
        with peer.server(rasa, 8394, cores="0"):
            asyncio.run(burst(8394, sentences(50), 1, parse_peer))
            single = rounds(8394, sentences(PARSES), parse_peer, senders=1)[0]
            batched = rounds(8394, sentences(PARSES), parse_peer, senders=16)[0]
        mine_single, mine_batched = ours.parse_rates(sentences(50), sentences(PARSES), ROUNDS)
    table = [
        "| 项目 | 半边天 | 原版 Rasa 3.6 | 倍数 |",
        "|---|---|---|---|",
        f"| 端到端，16 个同时发送者，条/秒 | {mine[0]:.0f} | {theirs[0]:.0f} | {mine[0] / theirs[0]:.1f} |",
        f"| 同上，p99 毫秒 | {mine[1]:.0f} | {theirs[1]:.0f} | {mine[1] / theirs[1]:.2f} |",
        f"| 内存，压测后 MB | {mine_memory:.0f} | {theirs_memory:.0f} | {mine_memory / theirs_memory:.2f} |",
        f"| 解析，逐条，一个核，条/秒 | {mine_single:.0f} | {single:.0f} | {mine_single / single:.1f} |",
        f"| 解析，16 条一批，一个核，条/秒 | {mine_batched:.0f} | {batched:.0f} | {mine_batched / batched:.1f} |",
    ]
    say("")
    say(f"{machine.describe()}；fdatasync 中位 {disk[0]:.2f} ms，95% {disk[1]:.2f} ms；{ROUNDS} 轮取中位")
    say("\n".join(table))
    say(f"静息内存 {rest:.0f} MB；热启动到第一条回答 {start:.1f} 秒")
    passed = (
        mine[0] >= 5 * theirs[0]
        and mine[1] < theirs[1]
        and mine_memory < theirs_memory / 2
        and mine_single >= 4 * single
        and mine_batched >= 8 * batched
    )
    say("全部达到" if passed else "有一项没有达到")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
