"""`halfsky parse`: one JSON line in, one line of understanding out."""

import argparse
import sys
from pathlib import Path

from bot import ndjson
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
    return ndjson.serve(lambda asked: interpreter.parse(ndjson.text_of(asked)).to_dict())
