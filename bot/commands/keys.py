"""`halfsky keys rotate`: a new master key, every contact key wrapped anew; what was interrupted goes on."""

import argparse
import asyncio

from bot.settings import Settings
from store import Store, contacts, open_store
from store.vault import add_master

HELP = "更换主密钥（可中断，再运行即继续）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["rotate"], metavar="rotate")
    parser.add_argument("--resume", action="store_true", help="不生成新密钥，只把没换完的换完")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    open_store(settings.store_url, settings.keys_path).close()  # refuses a data base without its keys first
    if not args.resume:
        print(f"新的主密钥：{add_master(settings.keys_path)}")
    store = open_store(settings.store_url, settings.keys_path)
    try:
        changed = asyncio.run(_rewrap(store))
    finally:
        store.close()
    print(f"已更换 {changed} 位来访者的密钥。请重启正在运行的程序，并更新另外保管的密钥副本。")
    return 0


async def _rewrap(store: Store) -> int:
    last, total = 0, 0
    while True:
        seen, changed = await store.unit(lambda tx, after=last: contacts.rewrap_some(tx, after))  # type: ignore[misc]  # bound early
        total += changed
        if seen == last:
            return total
        last = seen
        print(f"  已处理到 {last}", flush=True)
