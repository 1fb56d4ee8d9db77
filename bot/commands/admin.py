"""halfsky admin: seats from the command line, and a way back in when a password is lost."""

import argparse
import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from bot.settings import Settings
from store import Store, Tx, open_store, seats
from web.auth.first_run import LOGIN, ensure_admin, make_password
from web.auth.password_rules import normal
from web.auth.roles import ROLES

HELP = "管理工作台账号：重置口令、添加、列出、停用"
BEIJING: Final = timezone(timedelta(hours=8))
ROLE_NAMES: Final = {"seat": "坐席", "lead": "单位负责人", "admin": "管理员"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="操作")
    reset = actions.add_parser("reset", help="给账号一个新的口令并显示一次；停用的账号同时启用")
    reset.add_argument("login", nargs="?", default=LOGIN, help=f"账号（默认 {LOGIN}）")
    add = actions.add_parser("add", help="添加账号，显示一次初始口令")
    add.add_argument("login", help="账号")
    add.add_argument("--name", required=True, help="姓名")
    add.add_argument("--role", choices=ROLES, default="seat", help="seat 坐席，lead 单位负责人，admin 管理员")
    add.add_argument("--unit", required=True, help="单位代码，如 gusu；市级为 sz")
    actions.add_parser("list", help="列出账号")
    disable = actions.add_parser("disable", help="停用账号，立即退出它的所有登录")
    disable.add_argument("login", help="账号")


def run(args: argparse.Namespace) -> int:
    settings: Settings = args.settings
    store = open_store(settings.store_url, settings.keys_path)
    try:
        action: Callable[[Store, argparse.Namespace], int] = ACTIONS[args.action]
        return action(store, args)
    finally:
        store.close()


def _reset(store: Store, args: argparse.Namespace) -> int:
    login = _login(args.login)
    if login == LOGIN and (first := asyncio.run(store.unit(lambda tx: ensure_admin(tx, _now())))):
        _show(login, first)
        return 0
    password, hashed = make_password()

    def work(tx: Tx) -> bool:
        seat = seats.by_login(tx, login)
        if seat is None:
            return False
        seats.set_password(tx, seat.id, hashed, now=_now(), must_change=True)
        seats.change(tx, seat.id, now=_now(), name=seat.name, role=seat.role, unit=seat.unit, active=True)
        return True

    if not asyncio.run(store.unit(work)):
        print(f"没有账号 {login}")
        return 1
    _show(login, password)
    return 0


def _add(store: Store, args: argparse.Namespace) -> int:
    login = _login(args.login)
    if not login or not args.unit.isalnum():
        print("账号不能为空，单位代码只含字母和数字")
        return 1
    password, hashed = make_password()
    row = {"login": login, "name": args.name, "role": args.role, "unit": args.unit, "password": hashed}
    if asyncio.run(store.unit(lambda tx: seats.add(tx, **row, now=_now()))) is None:
        print(f"账号 {login} 已经有了；要换口令请用 halfsky admin reset {login}")
        return 1
    _show(login, password)
    return 0


def _list(store: Store, _args: argparse.Namespace) -> int:
    for seat in asyncio.run(store.read(seats.listing)):
        made = datetime.fromtimestamp(seat.created_at / 1_000_000, BEIJING)
        state = "在用" if seat.active else "已停用"
        print(
            f"{seat.login}\t{seat.name}\t{ROLE_NAMES.get(seat.role, seat.role)}\t{seat.unit}\t{state}\t{made:%Y-%m-%d}"
        )
    return 0


def _disable(store: Store, args: argparse.Namespace) -> int:
    login = _login(args.login)

    def work(tx: Tx) -> bool:
        seat = seats.by_login(tx, login)
        if seat is None:
            return False
        seats.change(tx, seat.id, now=_now(), name=seat.name, role=seat.role, unit=seat.unit, active=False)
        return True

    found = asyncio.run(store.unit(work))
    print(f"账号 {login} 已停用，它的登录都已退出" if found else f"没有账号 {login}")
    return 0 if found else 1


ACTIONS: Final[dict[str, Callable[[Store, argparse.Namespace], int]]] = {
    "reset": _reset,
    "add": _add,
    "list": _list,
    "disable": _disable,
}


def _login(text: str) -> str:
    return normal(text).strip().casefold()


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def _show(login: str, password: str) -> None:
    print(f"账号：{login}")
    print(f"口令：{password}")
    print("这个口令只显示这一次；第一次登录时会要求换掉它。")
