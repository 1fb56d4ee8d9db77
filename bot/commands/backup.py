"""`halfsky backup`: a consistent copy of the running database and of the files she sent, with hashes; no keys."""

import argparse
import sys
import time
from pathlib import Path

from bot.settings import Settings
from store import backup_files, open_store
from store.backup import copy
from store.errors import StoreError

HELP = "备份数据库和来访者发来的文件（运行中也可以；不含密钥，密钥请另外保管）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="文件", help="默认 var/backups/halfsky-时间.db")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    store = open_store(settings.store_url, settings.keys_path)
    suffix = "db" if store.dialect == "sqlite" else "dump"
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = Path(args.to) if args.to else settings.var_dir / "backups" / f"halfsky-{stamp}.{suffix}"
    try:
        digest = copy(store.engine, target)
        files = backup_files.pack(settings.var_dir, target)
    except (StoreError, OSError) as error:
        print(f"备份没有成功：{error}", file=sys.stderr)
        return 1
    finally:
        store.close()
    more = f"来访者发来的文件 {files} 个：{backup_files.beside(target)}\n" if files else ""
    print(f"已备份到 {target}\nSHA-256：{digest}\n{more}密钥不在备份里，请另外保管 {settings.keys_path}")
    return 0
