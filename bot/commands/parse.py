"""`halfsky parse`: one JSON line in, one line of understanding out."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from nlu.archive import CURRENT, ArchiveError
from nlu.serving import Interpreter

HELP = "理解文本：每行一个 JSON（id、text），逐行输出意图、危险和要素"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="FILE", type=Path, default=CURRENT, help="模型文件（默认随程序附带的模型）")


def run(args: argparse.Namespace) -> int:
    try:
        interpreter = Interpreter(args.model)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 2
    failed = False
    for answer in answers(interpreter, sys.stdin.buffer):
        failed |= "error" in answer
        _write(sys.stdout, answer)
    return 1 if failed else 0


def answers(interpreter: Interpreter, lines: Any) -> Iterator[dict[str, Any]]:
    """One answer a line, whatever the line holds; `lines` yields bytes."""
    for line in lines:
        request = _request(line)
        if "error" in request:
            yield request
        else:
            yield {"id": request["id"], **interpreter.parse(request["text"]).to_dict()}


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError:
        return {"id": None, "error": "这一行不是 UTF-8 的 JSON"}
    name = request.get("id") if isinstance(request, dict) else None
    name = name if isinstance(name, str) else None
    if name is None or not isinstance(request.get("text"), str):
        return {"id": name, "error": "需要字符串 id 和 text"}
    return {"id": name, "text": request["text"]}


def _write(stream: TextIO, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer, ensure_ascii=False) + "\n")
    stream.flush()
