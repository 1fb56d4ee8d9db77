"""`halfsky restore`: put a checked copy in place of the database; the old one is kept aside."""

import argparse
import sys
from pathlib import Path

from bot.settings import Settings
from store import backup_files
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
            backup_files.unpack(source, settings.var_dir)
            print(f"校验通过，文件已放回。PostgreSQL 请用：pg_restore --clean --if-exists -d <数据库> {source}")
            return 0
        # Files first: what they add is harmless, and a broken archive stops before anything is replaced.
        backup_files.unpack(source, settings.var_dir)
        aside = restore_sqlite(source, settings.var_dir / "halfsky.db")
    except BadBackup as error:
        print(f"不能恢复：{error}。现有数据没有改动。", file=sys.stderr)
        return 1
    print(f"已恢复。{f'原来的数据库保留在 {aside}。' if aside else ''}请启动后运行 halfsky doctor 检查。")
    return 0
