"""NDJSON on standard input and output: one line out per line in, same order, flushed."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO


class BadLine(ValueError):
    """The line cannot be answered; the message says why."""


def serve(answer: Callable[[Mapping[str, Any]], Mapping[str, Any]], lines: TextIO = sys.stdin) -> int:
    """Exit code: 1 when any line was bad, else 0."""
    bad = False
    for line in lines:
        asked: Any = None
        try:
            asked = json.loads(line)
            reply = {"id": _id(asked), **answer(asked)}
        except (ValueError, RecursionError) as error:
            bad = True
            known = asked.get("id") if isinstance(asked, dict) else None
            reply = {"id": known if isinstance(known, str) else None, "error": str(error)}
        sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return int(bad)


def _id(asked: Any) -> str:
    if not isinstance(asked, dict) or not isinstance(asked.get("id"), str):
        raise BadLine("每行应是 JSON 对象，且有字符串 id")
    return str(asked["id"])


def text_of(asked: Mapping[str, Any]) -> str:
    if not isinstance(asked.get("text"), str):
        raise BadLine("缺少字符串 text")
    return str(asked["text"])
