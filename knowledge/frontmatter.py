"""The YAML head and the Markdown body of one file, refusing what YAML would quietly swallow."""

from collections.abc import Hashable
from typing import Any

import yaml

FENCE = "---"


class MalformedHead(ValueError):
    """The text says, in Chinese, why the head cannot be read."""


# The C parser is eight times faster; an installation without it reads the same.
try:
    from yaml import CSafeLoader as Safe
except ImportError:
    from yaml import SafeLoader as Safe  # type: ignore[assignment]  # the same methods, another base


class _Strict(Safe):
    """A key written twice is an error: YAML itself would keep the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise MalformedHead(f"“{key.value}”写了两次")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def split(text: str) -> tuple[dict[str, Any], str]:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE or FENCE not in (line.rstrip() for line in lines[1:]):
        raise MalformedHead("文件要以 --- 开头，文件头也要以 --- 结束")
    end = next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE)
    try:
        head = yaml.load("\n".join(lines[1:end]), Loader=_Strict)  # noqa: S506 - _Strict is a SafeLoader
    except yaml.YAMLError as error:
        raise MalformedHead(_where(error)) from error
    if not isinstance(head, dict):
        raise MalformedHead("文件头不是“名称: 内容”的形式")
    return head, "\n".join(lines[end + 1 :]).strip()


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    # The mark counts from 0 and the fence takes the first line of the file.
    return f"第{mark.line + 2}行格式不对" if mark is not None else "格式不对"
