"""The menu under the official account: read from a file, checked before the platform sees it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("menu.json")
CREATE = "/cgi-bin/menu/create"
MOST, MOST_BELOW = 3, 5
NAME_BYTES, NAME_BYTES_BELOW = 16, 60  # source: 自定义菜单, 创建接口
KEY_BYTES, URL_BYTES = 128, 1024


class BadMenu(ValueError):
    """The file cannot become a menu; the message says where and why."""


def load(path: Path = SHIPPED) -> dict[str, Any]:
    try:
        menu = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadMenu(f"读不出 {path}：{error.strerror}") from error
    except ValueError as error:
        raise BadMenu(f"{path} 不是正确的 JSON：{error}") from error
    problems = list(_problems(menu))
    if problems:
        raise BadMenu("；".join(problems))
    return dict(menu)


def _problems(menu: Any) -> Iterator[str]:
    buttons = menu.get("button") if isinstance(menu, dict) else None
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST:
        yield f"一级菜单要有 1 到 {MOST} 个（button）"
        return
    for button in buttons:
        yield from _named(button, NAME_BYTES)
        below = button.get("sub_button") if isinstance(button, dict) else None
        if below is None:
            yield from _doing(button)
            continue
        if not isinstance(below, list) or not 1 <= len(below) <= MOST_BELOW:
            yield f"“{button.get('name')}”下面要有 1 到 {MOST_BELOW} 项"
            continue
        for item in below:
            yield from _named(item, NAME_BYTES_BELOW)
            yield from _doing(item)


def _named(item: Any, limit: int) -> Iterator[str]:
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(name, str) or not name.strip():
        yield "有一项没有名字（name）"
    elif len(name.encode()) > limit:
        yield f"“{name}”太长：最多 {limit // 3} 个汉字"


def _doing(item: Any) -> Iterator[str]:
    """A click says its key as her words; a view opens an address. What else the platform offers we do not answer."""
    if not isinstance(item, dict):
        return
    name, kind = item.get("name"), item.get("type")
    value = item.get("key" if kind == "click" else "url")
    if kind not in {"click", "view"}:
        yield f"“{name}”的类型只能是 click 或 view"
    elif not isinstance(value, str) or not value.strip():
        yield f"“{name}”缺少 {'key（当作她说的话）' if kind == 'click' else 'url'}"
    elif len(value.encode()) > (KEY_BYTES if kind == "click" else URL_BYTES):
        yield f"“{name}”的 {'key' if kind == 'click' else 'url'} 太长"
