"""One organisation: its units, places, help lines, hours and words, read once from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tickets import org_files as files
from tickets.catalogue import HelpLine, Place, ServiceHours, Unit
from tickets.elsewhere import Elsewhere
from tickets.errors import OrgBroken
from tickets.places import Found, Places

__all__ = ["Found", "HelpLine", "Org", "OrgBroken", "Place", "ServiceHours", "Unit", "load_org"]


@dataclass(frozen=True, slots=True, eq=False)
class Org:
    name: str
    city: str  # key of the city's unit
    city_name: str
    prefix: str  # of ticket numbers
    units: Mapping[str, Unit]
    places: tuple[Place, ...]
    lines: tuple[HelpLine, ...]
    hours: ServiceHours
    depts: Mapping[str, str]
    words: tuple[str, ...]
    _finder: Places
    _elsewhere: Elsewhere

    def find_place(self, text: str, *, asked: bool = False) -> Found:
        """The unit she speaks of and the words it was read from; no unit when several do not agree.

        `asked`: the text answers the question where, so the city alone and ambiguous names count.
        """
        return self._finder.find(text, asked=asked)

    def find_unit(self, text: str, *, asked: bool = False) -> str | None:
        return self.find_place(text, asked=asked).unit

    def elsewhere(self, text: str) -> str | None:
        """The other city or province she says she is in, unless she says that she is here."""
        found = self._elsewhere.find(text)
        if found and any(spot.weight > 0 for spot in self._finder.spots(text)):
            return None
        return found

    def same_province(self, place: str) -> bool:
        """Whether a place that `elsewhere` found lies in the province of this city."""
        return self._elsewhere.same_province(place)

    def gazetteer(self) -> dict[str, str]:
        """Names safe to look up without context -> unit; `find_place` reads more of them, and better."""
        return self._finder.gazetteer()

    def unit_name(self, key: str) -> str:
        return self.units[key].name

    def body(self, key: str) -> str:
        return self.units[key].body

    def by_code(self, code: str) -> str | None:
        """The unit of a statistical code, of the unit itself or of one of its places."""
        for unit in self.units.values():
            if code in unit.codes:
                return unit.key
        return next((place.unit for place in self.places if place.code == code), None)

    def children(self, key: str) -> tuple[str, ...]:
        return tuple(unit.key for unit in self.units.values() if unit.parent == key)

    def shown_lines(self) -> tuple[HelpLine, ...]:
        """Lines she may see: shown by default, or confirmed by a named person."""
        return tuple(line for line in self.lines if line.show or (line.confirmed_by and line.confirmed_on))


@lru_cache(maxsize=8)
def load_org(name: str) -> Org:
    folder = files.folder_of(name)
    head = files.read(folder / "units.yml")
    units = files.units(folder / "units.yml")
    for key in ("city", "city_name", "prefix"):
        if not isinstance(head.get(key), str):
            raise OrgBroken(f"units.yml：缺少 {key}")
    city, city_name = str(head["city"]), str(head["city_name"])
    if city not in units or units[city].parent is not None:
        raise OrgBroken(f"units.yml：市级单位 {city} 不存在，或不应有上级")
    places = files.places(folder / "places.yml", units)
    service = files.read(folder / "service.yml")
    china = files.read(files.ROOT / "china.yml")
    return Org(
        name=name,
        city=city,
        city_name=city_name,
        prefix=str(head["prefix"]),
        units=units,
        places=places,
        lines=files.lines(folder / "lines.yml"),
        hours=files.hours(folder / "service.yml", service),
        depts={str(key): str(value) for key, value in (service.get("depts") or {}).items()},
        words=files.words(folder / "words.yml"),
        _finder=Places(city, city_name, units, places),
        _elsewhere=Elsewhere(china["places"], china["weak"], city_name),
    )
