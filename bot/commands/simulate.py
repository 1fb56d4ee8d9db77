"""`halfsky simulate wechat`: the WeChat platform on this machine, for practice without an account."""

import argparse
import asyncio
import contextlib

from bot.channels.wechat import PATH
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from bot.channels.wechat.simulator.terminal import Terminal
from bot.core import micros
from bot.settings import Settings

HELP = "模拟微信平台：在本机练习公众号对话，不需要公众号"
PORT = 8339
# Invented, for practice on this machine only; real ones come from the settings.
PRACTICE = {
    "wechat_app_id": "wxpractice00000001",
    "wechat_secret": "practice-secret",
    "wechat_token": "practicetoken",
    "wechat_aes_key": "PracticePracticePracticePracticePractice012",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["wechat"], metavar="wechat")
    parser.add_argument("--listen", type=int, default=PORT, metavar="端口", help=f"模拟平台的端口，默认 {PORT}")
    parser.add_argument("--webhook", metavar="网址", help=f"半边天收推送的地址，默认本机的 {PATH}")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    webhook = args.webhook or f"http://127.0.0.1:{settings.port}{PATH}"
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_simulate(settings, webhook, args.listen))
    return 0


async def _simulate(settings: Settings, webhook: str, port: int) -> None:
    values = PRACTICE if not settings.wechat_app_id else {name: getattr(settings, name) for name in PRACTICE}
    key = values["wechat_aes_key"]
    credentials = Credentials(
        values["wechat_app_id"], values["wechat_secret"], values["wechat_token"], aes_key(key) if key else None
    )
    async with Simulator(credentials, micros, webhook=webhook, port=port) as simulator:
        print(f"模拟的微信平台在 {simulator.url}，推送到 {webhook}\n")
        if not settings.wechat_app_id:
            print("另开一个终端，这样启动半边天：")
            lines = {**values, "wechat_api_url": simulator.url}
            for name, value in lines.items():
                print(f"  export HALFSKY_{name.upper()}={value}")
            print("  make run\n")
        with contextlib.suppress(Exception):
            if await simulator.pusher.verify() is None:
                print("（半边天没有认出这个公众号：令牌不一致？）")
        await Terminal(simulator).run()
