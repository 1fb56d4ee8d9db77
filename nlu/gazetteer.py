"""Places by the names she uses, or by how she spells them by ear, each standing for a unit."""

import re
from collections.abc import Iterator, Mapping

from nlu.sounds import alike
from nlu.text import normal

SHORT = 2  # characters; so short a name read by its sound needs a word beside it that speaks of a place
NEAR = 4
BEFORE = re.compile(r"(?:在|住|到|去|来自|家是|我是|嫁给?|苏州市?的?|回|离)$")
AFTER = re.compile(
    r"(?:镇|街道|区|村|乡|社区|派出所|民政|法院|妇联|医院|小学|中学|这边|那边|这里|那里|本地|当地|人(?![家们员]))"
)


class Gazetteer:
    """Longest name first; typing errors such as 相成区 are names of their own, 路直 for 甪直 is read by its sound."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        self._by_sound: dict[str, list[tuple[str, str, str]]] = {}
        for alias, unit in aliases.items():
            name = normal(alias).text
            if name:
                self._by_first.setdefault(name[0], []).append((name, unit))
            if len(name) >= SHORT and not name.isascii():
                sound = alike(name)
                self._by_sound.setdefault(sound[0], []).append((sound, name, unit))
        for written in self._by_first.values():
            written.sort(key=lambda name: -len(name[0]))
        for heard in self._by_sound.values():
            heard.sort(key=lambda name: -len(name[0]))

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and unit of each place in a normalised text, left to right, none inside another."""
        sounds = alike(text)
        position = 0
        while position < len(text):
            found = self._written(text, position) or self._heard(text, sounds, position)
            if found is None:
                position += 1
                continue
            length, unit = found
            yield position, position + length, unit
            position += length

    def _written(self, text: str, start: int) -> tuple[int, str] | None:
        return next(
            ((len(name), unit) for name, unit in self._by_first.get(text[start], ()) if text.startswith(name, start)),
            None,
        )

    def _heard(self, text: str, sounds: str, start: int) -> tuple[int, str] | None:
        """One character at least must be the right one."""
        for sound, name, unit in self._by_sound.get(sounds[start], ()):
            end = start + len(sound)
            if sounds.startswith(sound, start) and _resembles(text, start, name):
                short = len(name) == SHORT
                if not short or BEFORE.search(text, max(0, start - NEAR), start) or AFTER.match(text, end):
                    return len(name), unit
        return None


def _resembles(text: str, start: int, name: str) -> bool:
    right = [one == other for one, other in zip(text[start:], name, strict=False)]
    return any(right) if len(name) == SHORT else 2 * sum(right) >= len(name) - 1
