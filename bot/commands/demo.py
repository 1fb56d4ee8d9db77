"""`halfsky demo`: invented conversations and tickets for looking around, each marked as a sample."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import yaml

from bot.core import build_core, micros
from bot.message import Inbound
from bot.settings import Settings
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from store import Store, Tx, open_store, seats
from web.auth.passwords import Passwords, generate

HELP = "载入虚构的示例会话和工单（标为“示例”，不计数、不通知），并建两个示例坐席"
HOUR = 3_600_000_000
MINUTE = 60_000_000
SEATS = (("demo-city", "示例·市妇联", "lead", "sz"), ("demo-wuzhong", "示例·吴中", "seat", "wuzhong"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    talks = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    store = open_store(settings.store_url, settings.keys_path)
    try:
        asyncio.run(_play(settings, store, talks))
        shown = asyncio.run(_seats(store))
    finally:
        store.close()
    print(f"已载入 {len(talks)} 段示例会话。")
    for login, password in shown:
        print(f"  示例坐席 {login}   口令 {password}   （只显示这一次；首次登录要换口令）")
    if not shown:
        print("  示例坐席已经有了；忘了口令请在工作台“坐席”里重置。")
    return 0


async def _play(settings: Settings, store: Store, talks: list[dict[str, Any]]) -> None:
    moment = micros()
    now = [moment]
    core = build_core(settings, store, clock=lambda: now[0])
    core.reader.model = Interpreter(CURRENT, places=core.org.gazetteer())
    await core.reader.start()
    try:
        for number, talk in enumerate(talks):
            now[0] = moment - talk["ago_hours"] * HOUR
            for turn, text in enumerate(talk["turns"]):
                name = f"demo:{moment}:{number}"
                inbound = Inbound("web", f"{name}:{turn}", name, text, now[0], same_breath=True, demo=True)
                await core.pipeline.receive(inbound)
                now[0] += MINUTE
            print(f"  {number + 1}/{len(talks)}", flush=True)
    finally:
        await core.reader.stop()


async def _seats(store: Store) -> list[tuple[str, str]]:
    passwords = Passwords()
    shown: list[tuple[str, str]] = []
    try:
        for login, name, role, unit in SEATS:
            word = generate()
            hashed = await passwords.hash(word)

            def add(
                tx: Tx, login: str = login, name: str = name, role: str = role, unit: str = unit, hashed: str = hashed
            ) -> int | None:
                return seats.add(tx, login=login, name=name, role=role, unit=unit, password=hashed, now=micros())

            if await store.unit(add) is not None:
                shown.append((login, word))
    finally:
        passwords.close()
    return shown
