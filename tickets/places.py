"""Finds which unit a text speaks of, by the names people really use."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tickets.catalogue import Place, Unit

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# 昆山路 is a street somewhere, not the city of 昆山.
STREET = re.compile(r"(?:[东南西北中]|[一二三])?(?:路(?![口上边])|大道|大街|高架|立交|弄堂?|巷)")
HERS = re.compile(r"(?:住在?|家在|人在|家住|嫁到|嫁在|发生在|地点[是在：:]?|我(?:们|家|现在|目前|就|这边|人)*[在是])$")
THERE = re.compile(r"(?:^|[^不没])(?:住在?|家在|人在|家住|嫁到|嫁在|我(?:们|家|现在|目前|就|这边|人)*在)$")
THEIRS = re.compile(
    r"(?:他们?|她们?|老公|丈夫|对象|前夫|男友|男朋友|女友|婆家|公公|婆婆|对方|公司|单位|厂)(?:家|人|现在|目前|也|都|就)*(?:住在?|在|是)$"
)
PAST = re.compile(r"(?:老家|娘家|祖籍|户籍|户口|以前住?|之前住?|原来住?|曾经住?)(?:本来|都)?[在是]?$")
NOT = re.compile(r"(?:不(?:住|是)?在?|没在|离开了?|搬离了?|搬出了?)$")
NEAR = 8  # characters before a name that may say whose place it is


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in a text. `weight`: 1 she is there, 0 just named, -1 somebody else is, -2 she once was, -3 she is not."""

    start: int
    end: int
    text: str
    unit: str
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    unit: str | None
    text: str  # what was read: one name, or several that do not agree


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    unit: str
    weak: bool
    here: bool  # weak, but 我在 before it is enough
    traps: tuple[tuple[str, int], ...]  # a phrase and where in it the name stands


class Places:
    def __init__(self, city: str, city_name: str, units: Mapping[str, Unit], places: Iterable[Place]) -> None:
        self._city = city
        self._beside = re.compile(rf"{city_name}(?:市|的)?$")
        self._names: dict[str, list[_Name]] = {}
        for unit in units.values():
            self._add(unit.key, (unit.name, *unit.aliases), unit.weak, unit.here, unit.traps)
        for place in places:
            self._add(place.unit, (place.name, *place.aliases), place.weak, place.here, place.traps)
        for names in self._names.values():
            names.sort(key=lambda name: -len(name.text))

    def _add(
        self, unit: str, strong: Iterable[str], weak: Iterable[str], here: Iterable[str], traps: Iterable[str]
    ) -> None:
        known = tuple(traps)
        kinds = (*((name, False, False) for name in strong), *((name, True, True) for name in here))
        for text, is_weak, is_here in (*kinds, *((name, True, False) for name in weak)):
            inside = tuple((trap, trap.index(text)) for trap in known if text in trap and text != trap)
            self._names.setdefault(text[0], []).append(_Name(text, unit, is_weak, is_here, inside))

    def find(self, text: str, *, asked: bool) -> Found:
        """Weak names and the bare name of the city count only as an answer to the question where."""
        spots = [spot for spot in self.spots(text, asked=asked) if spot.weight > (-3 if asked else -2)]
        local = [spot for spot in spots if spot.unit != self._city]
        if not local:
            city = next(iter(spots), None) if asked else None
            return Found(self._city, city.text) if city else Found(None, "")
        best = max(spot.weight for spot in local)
        chosen = [spot for spot in local if spot.weight == best]
        if len({spot.unit for spot in chosen}) > 1:
            return Found(None, "、".join(dict.fromkeys(spot.text for spot in chosen)))
        return Found(chosen[0].unit, "".join(dict.fromkeys(spot.text for spot in chosen)))

    def spots(self, text: str, *, asked: bool = False) -> Iterator[Spot]:
        """Names from left to right, the longest first, none inside another."""
        flat = text.translate(FULL_WIDTH).lower()
        position = 0
        while position < len(flat):
            name = self._at(flat, position, asked=asked) if flat[position] in self._names else None
            if name is None:
                position += 1
                continue
            end = position + len(name.text)
            yield Spot(position, end, text[position:end], name.unit, _weight(flat[max(0, position - NEAR) : position]))
            position = end

    def _at(self, text: str, position: int, *, asked: bool) -> _Name | None:
        return next(
            (name for name in self._names.get(text[position], ()) if self._is(text, position, name, asked)), None
        )

    def _is(self, text: str, start: int, name: _Name, asked: bool) -> bool:
        if not text.startswith(name.text, start) or any(
            text.startswith(trap, start - at) for trap, at in name.traps if at <= start
        ):
            return False
        end = start + len(name.text)
        if name.text.isascii():  # zjg, kunshan: a word of its own
            return not (_latin(text[start - 1 : start]) or _latin(text[end : end + 1]))
        if STREET.match(text, end):
            return False
        if not name.weak or asked:
            return True
        before = text[max(0, start - NEAR) : start]
        return self._beside.search(before) is not None or (name.here and THERE.search(before) is not None)

    def gazetteer(self) -> dict[str, str]:
        """Names that mean their unit in any context, for a reader that does not look around."""
        return {
            name.text: name.unit
            for names in self._names.values()
            for name in names
            if not name.weak and name.unit != self._city and (not name.traps or name.text.endswith(("市", "区", "镇")))
        }


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _weight(before: str) -> int:
    if NOT.search(before):
        return -3
    if PAST.search(before):
        return -2
    if THEIRS.search(before):
        return -1
    return 1 if HERS.search(before) else 0
