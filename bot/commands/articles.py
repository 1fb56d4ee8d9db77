"""`halfsky articles`: the knowledge as Markdown files, out and in."""

import argparse
import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.core import micros
from bot.editions import parameter_of, seed
from bot.pipeline import day_of
from bot.settings import Settings
from knowledge.article import Article
from knowledge.facts import load_facts
from knowledge.lint import Rules, lint_one
from knowledge.load import parse, read
from knowledge.parameters import Parameters
from knowledge.write import written
from nlu.taxonomy import taxonomy
from store import Tx, articles, open_store, parameters
from store.articles import IMPORTED, Shipped, Version

HELP = "知识文章：export 导出为 Markdown 文件，import 导入（导入的要有人批准才回答）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="action", required=True, metavar="export|import")
    verbs.add_parser("export", help="把在用的和已退役的文章写到文件夹").add_argument("folder", metavar="文件夹")
    verbs.add_parser("import", help="把文件夹里改过的文章交上来，等人批准").add_argument("folder", metavar="文件夹")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    store = open_store(settings.store_url, settings.keys_path)
    action = export if args.action == "export" else take_in
    try:
        return asyncio.run(store.unit(lambda tx: action(tx, Path(args.folder), now=micros())))
    finally:
        store.close()


def export(tx: Tx, folder: Path, *, now: int) -> int:
    """An empty database exports what came with the program."""
    seed(tx, now=now)
    day, count = day_of(now), 0
    folder.mkdir(parents=True, exist_ok=True)
    live = {one.name: one for one in articles.live(tx, day)}
    silent = {one.name: one for one in articles.newest(tx) if one.retired_at is not None and one.state == "approved"}
    for name, version in {**live, **silent}.items():
        (folder / f"{name}.md").write_text(_text(tx, version), encoding="utf-8")
        count += 1
    print(f"已导出 {count} 篇到 {folder}")
    return 0


def _text(tx: Tx, version: Version) -> str:
    """As it was written; with who confirmed it, and that it is retired, where the file cannot know."""
    article, _ = parse(f"{version.name}.md", version.text)
    if article is None or (version.confirmed_by is None and version.retired_at is None):
        return version.text
    who = articles.authors(tx, [version.confirmed_by]) if version.confirmed_by else {}
    reviewed = day_of(version.confirmed_at) if version.confirmed_at else None
    known: dict[str, str | date | None] = {"reviewed_by": next(iter(who.values()), None), "reviewed_on": reviewed}
    if version.retired_at is not None:
        return written(replace(article, status="retired", **known))  # type: ignore[arg-type]  # both are fields of it
    return written(replace(article, **known))  # type: ignore[arg-type]  # both are fields of it


def take_in(tx: Tx, folder: Path, *, now: int) -> int:
    """All or nothing: with one fault anywhere no file is taken in."""
    seed(tx, now=now)
    found, faults = read(folder)
    table = Parameters(parameter_of(value) for value in parameters.approved(tx))
    rules = Rules(load_facts(), table, frozenset(taxonomy().intents))
    ids = articles.names(tx) | {article.id for article in found}
    changed = [article for article in found if not _same(tx, article)]
    faults += [fault for article in changed for fault in lint_one(article, rules, ids)]
    if faults:
        print("\n".join(str(fault) for fault in faults), file=sys.stderr)
        print("有问题，一篇也没有导入", file=sys.stderr)
        return 1
    for article in changed:
        text = (folder / f"{article.id}.md").read_text(encoding="utf-8")
        file = Shipped(article.id, text, article.valid_from)
        articles.propose(tx, file, author=None, why="从文件导入", now=now, origin=IMPORTED)
    print(f"{len(found)} 篇里有 {len(changed)} 篇和在用的不同，已交上来，请在工作台“知识”里批准")
    return 0


def _same(tx: Tx, article: Article) -> bool:
    """Who reviewed it, and when, is no change of the article."""
    versions = articles.approved(tx, article.id)
    if not versions:
        return False
    retired = versions[0].retired_at is not None
    old, _ = parse(f"{article.id}.md", versions[0].text)
    if old is None or retired != (article.status == "retired"):
        return False
    known = replace(article, reviewed_by=old.reviewed_by, reviewed_on=old.reviewed_on)
    return retired or known == old
