"""What the figures were measured on: processor, memory, and how long the disk takes to keep a promise."""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path


def describe() -> str:
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return f"{os.cpu_count()} × {model}，{memory} GB，Python {platform.python_version()}"


def fsync_milliseconds(rounds: int = 200) -> tuple[float, float]:
    """Median and 95th percentile of writing 4 KiB and fdatasync."""
    taken: list[float] = []
    with tempfile.NamedTemporaryFile(dir=".") as file:
        for _ in range(rounds):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), os.urandom(4096), 0)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), sorted(taken)[int(rounds * 0.95)]


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process and everything it started."""
    return sum(_resident(each) for each in _family(pid)) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, not of what it started."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Processor time anybody spent so far on the cores this process may use."""
    cores = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    total = 0
    for line in _lines("/proc/stat"):
        name, *ticks = line.split()
        if name in cores:
            user, nice, system, _idle, _waiting, irq, softirq, *_ = (int(one) for one in ticks)
            total += user + nice + system + irq + softirq
    return total / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _resident(pid: int) -> int:
    for line in _lines(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
