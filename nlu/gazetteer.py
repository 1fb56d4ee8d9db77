"""Places by the names she uses, each standing for a unit."""

from collections.abc import Iterator, Mapping

from nlu.text import normal


class Gazetteer:
    """Longest name first; typing errors such as 相成区 are names of their own."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for alias, unit in aliases.items():
            name = normal(alias).text
            if name:
                self._by_first.setdefault(name[0], []).append((name, unit))
        for names in self._by_first.values():
            names.sort(key=lambda pair: -len(pair[0]))

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and unit of each place in a normalised text, left to right, none inside another."""
        position = 0
        while position < len(text):
            for name, unit in self._by_first.get(text[position], ()):
                if text.startswith(name, position):
                    yield position, position + len(name), unit
                    position += len(name) - 1
                    break
            position += 1
