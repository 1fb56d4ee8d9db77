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
from nlu.gates import FROZEN, GOLDEN
from nlu.report import Evaluated, evaluate_beside
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
    use.add_argument("--force", action="store_true", help="没有通过门槛也发布；须写明 --why")
    evaluate = verbs.add_parser("evaluate", help="在标注好的消息上测评，写网页报告；有门槛没通过时退出码为 1")
    evaluate.add_argument("file", metavar="JSONL", nargs="?", default=str(FROZEN), help="默认是项目自己的测试集")
    evaluate.add_argument("--danger", metavar="JSONL", help="另测一个危险句集")
    evaluate.add_argument("--model", metavar="文件", help="默认用随程序发布的模型")
    evaluate.add_argument("--html", metavar="文件", help="报告写到哪里，默认 var/reports/模型编号.html")


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
    refusal = "" if known else _refusal(settings, source)
    if refusal and not (args.force and args.why):
        print(f"{refusal}\n没有发布。确要发布，须加 --force 并用 --why 写明理由（记入发布记录）", file=sys.stderr)
        return 1
    why = f"{args.why}（强制：{refusal}）" if refusal else args.why
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
                    why=why,
                    now=micros(),
                )
            )
        )
    finally:
        store.close()
    print(f"已发布 {model}；正在运行的程序会在几秒内换上")
    return 0


def _refusal(settings: Settings, source: Path) -> str:
    """What the gates say against a model that is to go live for the first time; empty if nothing."""
    try:
        failed = [gate for gate in evaluated(settings, source, FROZEN).gates if not gate.passed]
    except FileNotFoundError as error:
        return f"缺少测试集 {error.filename}，无法检查门槛"
    return "；".join(f"{gate.name} {gate.reached}（要求 {gate.wanted}）" for gate in failed)


def _evaluate(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    model, file = Path(args.model) if args.model else CURRENT, Path(args.file)
    try:
        found = evaluated(settings, model, file)
    except (ArchiveError, FileNotFoundError) as error:
        print(str(error), file=sys.stderr)
        return 1
    page = Path(args.html) if args.html else settings.var_dir / "reports" / f"{found.now.model}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(found.page(messages=file.resolve().parent == GOLDEN), encoding="utf-8")
    print(found.summary())
    if not found.now.fine or args.danger:
        interpreter = _interpreter(settings, model)
        print(report(interpreter, file, Path(args.danger) if args.danger else None))
    print(f"报告：{page}")
    return 0 if all(gate.passed for gate in found.gates) else 1


def evaluated(settings: Settings, model: Path, file: Path) -> Evaluated:
    """Measured beside the live model, where another one is live and its file still there."""
    history = _history(settings)
    live = Path(history[0].file) if history else None
    same = live is None or not live.is_file() or read_archive(live).model == read_archive(model).model
    return evaluate_beside(
        _interpreter(settings, model), file, None if live is None or same else _interpreter(settings, live)
    )


def _interpreter(settings: Settings, model: Path) -> Interpreter:
    return Interpreter(model, places=load_org(settings.org).gazetteer())
