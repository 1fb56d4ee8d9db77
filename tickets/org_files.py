"""Reads the files of one organisation and says plainly what is wrong with them."""

from collections.abc import Mapping
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tickets.catalogue import HelpLine, Place, ServiceHours, Unit
from tickets.errors import OrgBroken

ROOT = Path(__file__).parent / "org"
SUFFIXES = ("街道", "镇")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster and not in every build


def folder_of(name: str) -> Path:
    folder = ROOT / name
    if not name.isidentifier() or not folder.is_dir():
        known = "、".join(sorted(path.name for path in ROOT.iterdir() if path.is_dir()))
        raise OrgBroken(f"没有名为 {name!r} 的机构资料。HALFSKY_ORG 可用：{known}")
    return folder


def read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (both loaders are the safe one)
    except OSError as error:
        raise OrgBroken(f"读不到 {path.name}：{error.strerror}") from error
    except yaml.YAMLError as error:
        raise OrgBroken(f"{path.name} 不是有效的 YAML：{error}") from error
    if not isinstance(data, dict):
        raise OrgBroken(f"{path.name} 的顶层应为键值")
    return data


def units(path: Path) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for key, row in _part(path, read(path), "units").items():
        found[key] = Unit(
            key=key,
            name=_text(path, row, "name"),
            body=_text(path, row, "body"),
            parent=row.get("parent"),
            codes=_names(path, row, "codes"),
            aliases=_names(path, row, "aliases"),
            weak=_names(path, row, "weak"),
            traps=_names(path, row, "traps"),
            here=_names(path, row, "here"),
        )
    for unit in found.values():
        if unit.parent is not None and unit.parent not in found:
            raise OrgBroken(f"{path.name}：{unit.key} 的上级 {unit.parent} 不存在")
    return found


def places(path: Path, known: Mapping[str, Unit]) -> tuple[Place, ...]:
    found: list[Place] = []
    for unit, rows in _part(path, read(path), "places").items():
        if unit not in known:
            raise OrgBroken(f"{path.name}：{unit} 不在 units.yml 里")
        found += [_place(path, unit, row) for row in rows]
    return tuple(found)


def _place(path: Path, unit: str, row: Mapping[str, Any]) -> Place:
    """A street or town is also called by its bare name, and many towns became streets: either ending will do.

    `plain: weak` where the bare name is an ordinary word, `here` where 我在 before it says enough, and
    `none` where it means another place.
    """
    name = _text(path, row, "name")
    suffix = next((end for end in SUFFIXES if name.endswith(end)), "")
    bare = name.removesuffix(suffix)
    plain = row.get("plain", "strong")
    short = (bare,) if suffix and plain != "none" else ()
    other = tuple(bare + end for end in SUFFIXES if suffix and end != suffix)
    weak, firm = plain == "weak", plain == "strong"
    return Place(
        name=name,
        unit=unit,
        code=row.get("code"),
        aliases=(*other, *(short if firm else ()), *_names(path, row, "aliases")),
        weak=(*(short if weak else ()), *_names(path, row, "weak")),
        traps=_names(path, row, "traps"),
        here=(*(short if plain == "here" else ()), *_names(path, row, "here")),
    )


def lines(path: Path) -> tuple[HelpLine, ...]:
    rows = read(path).get("lines") or []
    try:
        return tuple(HelpLine(**{"confirmed_by": None, "confirmed_on": None, **row}) for row in rows)
    except TypeError as error:
        raise OrgBroken(f"{path.name}：{error}") from error


def hours(path: Path, data: Mapping[str, Any]) -> ServiceHours:
    row = _part(path, data, "hours")
    try:
        shifts = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in row["shifts"])
    except (KeyError, TypeError, ValueError) as error:
        raise OrgBroken(f"{path.name}：hours.shifts 应写成 [['09:00', '12:00'], …]") from error
    flat = [moment for shift in shifts for moment in shift]
    if not shifts or any(early >= late for early, late in pairwise(flat)):
        raise OrgBroken(f"{path.name}：hours.shifts 至少一段，且先后不重叠")
    return ServiceHours(shifts, confirmed=bool(row.get("confirmed", False)), note=str(row.get("note", "")))


def words(path: Path) -> tuple[str, ...]:
    """Each line holds a sound and a word; neither may stand twice."""
    pairs = [line.split() for line in str(read(path).get("words", "")).splitlines()]
    if not pairs or any(len(pair) != 2 or len(pair[1]) != 2 for pair in pairs):
        raise OrgBroken(f"{path.name}：每行应为“读音 两字词”")
    found = tuple(word for _, word in pairs)
    if len({sound for sound, _ in pairs}) != len(pairs) or len(set(found)) != len(found):
        raise OrgBroken(f"{path.name}：有重复的读音或词")
    return found


def _part(path: Path, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    part = data.get(key)
    if not isinstance(part, dict) or not part:
        raise OrgBroken(f"{path.name}：缺少 {key}")
    return part


def _text(path: Path, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key) if isinstance(row, dict) else None
    if not isinstance(value, str) or not value:
        raise OrgBroken(f"{path.name}：缺少 {key}（{row}）")
    return value


def _names(path: Path, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key) or ()
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, str) and value for value in values):
        raise OrgBroken(f"{path.name}：{key} 应为文字列表（数字请加引号）：{values}")
    return tuple(values)
