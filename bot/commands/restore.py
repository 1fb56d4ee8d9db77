"""`halfsky restore`: put a checked copy in place of the database; the old one is kept aside."""

import argparse
import sys
from pathlib import Path

from bot.settings import Settings
from store.backup import BadBackup, check, restore_sqlite

HELP = "用备份恢复数据库（先停止程序）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="备份文件")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    source = Path(args.file)
    try:
        if settings.database_url:
            check(source)
            print(f"校验通过。PostgreSQL 请用：pg_restore --clean --if-exists -d <数据库> {source}")
            return 0
        aside = restore_sqlite(source, settings.var_dir / "halfsky.db")
    except BadBackup as error:
        print(f"不能恢复：{error}。现有数据没有改动。", file=sys.stderr)
        return 1
    print(f"已恢复。{f'原来的数据库保留在 {aside}。' if aside else ''}请启动后运行 halfsky doctor 检查。")
    return 0
