"""Command line of halfsky: every verb is a file in bot/commands."""

import argparse
import importlib
import pkgutil
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import NoReturn, Protocol, cast

from bot import commands
from bot.settings import SECRETS, Settings, SettingsError, load_settings


class Command(Protocol):
    """What a module in bot/commands offers; its file name is the verb."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int:
        """`args.settings` holds the Settings. The return value is the exit code."""
        ...


class Parser(argparse.ArgumentParser):
    """argparse says what is wrong in English; what we say ourselves is Chinese."""

    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if found:
            said = f"没有“{found[1]}”，可以用：{found[2].replace(chr(39), '')}"
        elif message.startswith("the following arguments are required: "):
            said = f"还缺：{message.partition(': ')[2]}"
        elif message.startswith("unrecognized arguments: "):
            said = f"不认识：{message.partition(': ')[2]}"
        else:
            said = message
        self.exit(2, f"命令有误：{said}\n用法见 {self.prog} -h\n")


def build_parser(wanted: frozenset[str]) -> argparse.ArgumentParser:
    """Only the wanted verb is imported (a parser needs no web server), and all of them only for the help."""
    parser = Parser(prog="halfsky", description="半边天：妇联咨询受理系统")
    parser.add_argument("--config", metavar="FILE", help="配置文件（默认 var/halfsky.toml）")
    for item in fields(Settings):
        if item.name not in SECRETS:  # what stands on a command line is seen by everybody on the machine
            flag = f"--{item.name.replace('_', '-')}"
            parser.add_argument(flag, dest=f"flag_{item.name}", metavar="值", help=item.metadata["explanation"])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="命令")
    names = [info.name for info in pkgutil.iter_modules(commands.__path__)]
    known = wanted.intersection(names)
    for name in names:
        if name not in known and (known or not wanted & {"-h", "--help"}):
            verbs.add_parser(name)  # its name is all that an error needs
            continue
        command = cast("Command", importlib.import_module(f"bot.commands.{name}"))
        verb = verbs.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(verb)
        verb.set_defaults(command=command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser(frozenset(words)).parse_args(words)
    try:
        flags = {name.removeprefix("flag_"): value for name, value in vars(args).items() if name.startswith("flag_")}
        args.settings = load_settings(args.config, flags=flags)
        return cast("Command", args.command).run(args)
    except SettingsError as error:
        print(f"配置有误：{error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
