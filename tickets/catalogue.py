"""The things an organisation is made of: units, places, help lines, service hours."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Unit:
    key: str
    name: str
    body: str  # the federation body that answers there
    parent: str | None
    codes: tuple[str, ...]  # statistical codes, several where the sources differ; never a key
    aliases: tuple[str, ...]
    weak: tuple[str, ...]  # names that mean this unit only where the context says so
    traps: tuple[str, ...]  # phrases that contain one of the names and mean something else
    here: tuple[str, ...] = ()  # count when she says that she is there: 我在新区


@dataclass(frozen=True, slots=True)
class Place:
    """A street, a town or a zone, belonging to one county-level unit."""

    name: str
    unit: str
    code: str | None
    aliases: tuple[str, ...]
    weak: tuple[str, ...]
    traps: tuple[str, ...]
    here: tuple[str, ...] = ()  # count when she says that she is there: 我在新区


@dataclass(frozen=True, slots=True)
class HelpLine:
    number: str
    what: str
    hours: str | None  # None: not known for this city
    when: str
    status: str  # verified: read on a public page; check: staff must confirm
    show: bool  # may be shown to her although nobody here has confirmed it yet
    confirmed_by: str | None
    confirmed_on: str | None


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """The shifts of every working day, Beijing time, in order and apart from each other."""

    shifts: tuple[tuple[time, time], ...]
    confirmed: bool = False
    note: str = ""
