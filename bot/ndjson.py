"""NDJSON on standard input and output: one line out per line in, same order, flushed."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO


class BadLine(ValueError):
    """The line cannot be answered; the message says why."""


Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def serve(answer: Answer, lines: Iterable[bytes] | None = None, out: BinaryIO | None = None) -> int:
    """Bytes on both sides, because a machine's locale must not change the contract. Exit code: 1 after any bad line."""
    stream = sys.stdout.buffer if out is None else out
    bad = False
    for line in sys.stdin.buffer if lines is None else lines:
        reply = _reply(answer, line)
        bad |= "error" in reply
        # A lone surrogate has no UTF-8; its escape is what JSON writes for it.
        stream.write(json.dumps(reply, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        stream.flush()
    return int(bad)


def _reply(answer: Answer, line: bytes) -> Mapping[str, Any]:
    asked = _parse(line)
    name = asked.get("id") if isinstance(asked, dict) else None
    if not isinstance(name, str):
        return {"id": None, "error": "每行应是 UTF-8 的 JSON 对象，且有字符串 id"}
    try:
        return {"id": name, **answer(asked)}
    except BadLine as error:
        return {"id": name, "error": str(error)}
    except (ValueError, OverflowError, RecursionError):
        return {"id": name, "error": "这一行处理不了"}


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # ten thousand brackets are one line like any other
        return None


def text_of(asked: Mapping[str, Any]) -> str:
    if not isinstance(asked.get("text"), str):
        raise BadLine("缺少字符串 text")
    return str(asked["text"])
