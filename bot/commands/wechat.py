"""`halfsky wechat menu push [FILE]`: puts the menu under the official account."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.channels.base import Later
from bot.channels.wechat import account_of
from bot.channels.wechat.client import Rejected
from bot.channels.wechat.errand import calling, told
from bot.channels.wechat.menu import CREATE, SHIPPED, BadMenu, load
from bot.core import micros
from bot.settings import Settings, SettingsError
from store import open_store

HELP = "微信公众号：menu show 看菜单，menu push 把菜单放上去"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["menu"], metavar="menu")
    parser.add_argument("action", choices=["push", "show"], metavar="push|show", help="push 放上去；show 只看")
    parser.add_argument("file", nargs="?", metavar="FILE", help="菜单文件（JSON）；不写就用自带的")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    try:
        path = Path(args.file) if args.file else SHIPPED
        menu = load(path)
    except BadMenu as error:
        print(f"菜单文件有问题：{error}", file=sys.stderr)
        return 1
    for button in menu["button"]:
        print(button["name"])
        for item in button.get("sub_button", ()):
            print(f"  {item['name']}　{item.get('key') or item.get('url')}")
    if args.action == "show":
        return 0
    if not settings.wechat_app_id:
        raise SettingsError("还没有设 wechat_app_id")
    return asyncio.run(_push(settings, menu))


async def _push(settings: Settings, menu: dict[str, object]) -> int:
    store = open_store(settings.store_url, settings.keys_path)
    try:
        async with calling(account_of(settings), store, micros) as client:
            await client.post(CREATE, menu)
    except (Rejected, Later) as error:
        print(f"没有放上去。{told(error)}", file=sys.stderr)
        return 1
    finally:
        store.close()
    print("菜单已放上去。已关注的人最多 24 小时后看到；取消关注再关注可以马上看到。")
    return 0
