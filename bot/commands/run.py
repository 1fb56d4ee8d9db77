"""`halfsky run`: starts the product and says where to find it."""

import argparse
import asyncio
import contextlib
import socket
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn

from bot.logs import configure_logs
from bot.settings import Settings
from nlu.encoder import shared_encoder
from store.errors import KeysMissing, NewerSchema, Unreachable
from tickets.errors import OrgBroken
from web.auth.first_run import ensure_admin

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.app import App

SWITCH = 0.0005  # seconds

HELP = "启动：聊天页、工作台、各渠道"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    configure_logs()
    # The store gives the interpreter away at every statement; by default it waits up to 5 ms to get it back.
    sys.setswitchinterval(SWITCH)
    try:
        door = _listen(settings)
    except OSError as error:
        print(f"端口 {settings.port} 打不开（{error.strerror}）。换一个：HALFSKY_PORT=8339 make run", file=sys.stderr)
        return 1
    print("正在启动：数据库、知识库、模型……", flush=True)
    warming = threading.Thread(target=shared_encoder().encode, args=[["您好"]], daemon=True)
    warming.start()  # reading its tables leaves the other core free for the imports
    from bot.app import build  # noqa: PLC0415 - a second of imports beside the encoder's second
    from bot.site import Site  # noqa: PLC0415 - the same

    try:
        app = build(settings)
    except KeysMissing:
        print(
            f"数据库里有数据，但找不到密钥 {settings.keys_path}。请把保管的密钥放回去再启动；没有密钥，数据读不出来。",
            file=sys.stderr,
        )
        return 1
    except (NewerSchema, Unreachable, OrgBroken) as error:
        print(str(error), file=sys.stderr)
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        config = _configured(Site(app))
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:  # uvloop where it is installed
            runner.run(_serve(app, config, settings, door))
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named protocol: otherwise asyncio leaves Nagle on and every answer waits 40 ms.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((settings.host, settings.port))
    return door


def _configured(whole: "ASGIApp") -> uvicorn.Config:
    return uvicorn.Config(
        whole,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # X-Forwarded-For can be written by anybody
        timeout_graceful_shutdown=10,
        ws_max_size=256 * 1024,
    )


async def _serve(app: "App", config: uvicorn.Config, settings: Settings, door: socket.socket) -> None:
    core = app.core
    password = await core.store.unit(lambda tx: ensure_admin(tx, core.clock()))
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[door]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.05)
    if server.started:
        _greet(settings, password)
    await serving


def _greet(settings: Settings, password: str | None) -> None:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    print(f"\n  聊天页   {base}/\n  工作台   {base}/desk")
    if password is not None:
        print(f"\n  管理员   admin\n  口令     {password}   （只显示这一次；忘了用 halfsky admin reset）")
    print("\n  有没有问题：halfsky doctor      停止：Ctrl-C\n", flush=True)
