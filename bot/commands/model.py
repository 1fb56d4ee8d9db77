"""`halfsky model list | use | evaluate`: see, publish, roll back and measure models, in a running system too."""

import argparse
import asyncio
import getpass
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.core import micros
from bot.releases import sha256
from bot.settings import Settings
from nlu.archive import CURRENT, ArchiveError, read_archive
from nlu.evaluate import report
from nlu.serving import Interpreter
from store import open_store, releases
from store.releases import Release
from tickets.clock import BEIJING
from tickets.org import load_org

HELP = "模型：list 列出，use 发布或回退，evaluate 测评"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="action", required=True, metavar="list|use|evaluate")
    verbs.add_parser("list", help="发布记录，最上面的正在使用")
    use = verbs.add_parser("use", help="发布一个模型文件，或按编号回退到以前发布过的")
    use.add_argument("model", metavar="文件或模型编号")
    use.add_argument("--why", default="", help="理由，记入发布记录")
    evaluate = verbs.add_parser("evaluate", help="在标注好的消息上测评")
    evaluate.add_argument("file", metavar="JSONL")
    evaluate.add_argument("--danger", metavar="JSONL", help="另测危险句集")
    evaluate.add_argument("--model", metavar="文件", help="默认用随程序发布的模型")


def run(args: argparse.Namespace) -> int:
    actions = {"list": _list, "use": _use, "evaluate": _evaluate}
    return actions[args.action](args)


def _history(settings: Settings) -> list[Release]:
    store = open_store(settings.store_url, settings.keys_path)
    try:
        return asyncio.run(store.read(releases.history))
    finally:
        store.close()


def _list(args: argparse.Namespace) -> int:
    for place, one in enumerate(_history(args.settings)):
        when = datetime.fromtimestamp(one.at / 1_000_000, UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        print(f"{'→' if place == 0 else ' '} {one.model}  {when}  {one.who}  {one.why}")
    return 0


def _use(args: argparse.Namespace) -> int:
    """The archive is copied to var/models under its hash, so that what was published can be published again."""
    settings: Settings = args.settings
    known = next((one for one in _history(settings) if one.model == args.model), None)
    source = Path(known.file if known else args.model)
    if not source.is_file():
        print(f"找不到模型 {args.model}：应是文件，或 halfsky model list 里的编号", file=sys.stderr)
        return 1
    try:
        model = read_archive(source).model
    except ArchiveError as error:
        print(str(error), file=sys.stderr)
        return 1
    digest = sha256(source)
    kept = settings.var_dir / "models" / f"{digest[:16]}.tar.gz"
    if source.resolve() not in {kept.resolve(), CURRENT.resolve()}:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, kept)
        source = kept
    store = open_store(settings.store_url, settings.keys_path)
    try:
        asyncio.run(
            store.unit(
                lambda tx: releases.put_live(
                    tx,
                    model=model,
                    file=str(source.resolve()),
                    sha256=digest,
                    who=getpass.getuser(),
                    why=args.why,
                    now=micros(),
                )
            )
        )
    finally:
        store.close()
    print(f"已发布 {model}；正在运行的程序会在几秒内换上")
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    model = Path(args.model) if args.model else CURRENT
    interpreter = Interpreter(model, places=load_org(settings.org).gazetteer())
    print(report(interpreter, Path(args.file), Path(args.danger) if args.danger else None))
    return 0
