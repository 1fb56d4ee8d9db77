"""What can be booked in this city, read from its folder; the times are made by staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any

from tickets import org_files as files
from tickets.errors import OrgBroken

FILE = "booking.yml"


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    name: str
    said: tuple[str, ...]  # words by which she names it
    topic: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    kinds: Mapping[str, Kind]
    remind_at: time  # on the day before, Beijing time
    remind_hours: tuple[time, time]
    call_first: str  # 4h: the first call back
    call_again: str

    def named(self, text: str) -> Kind | None:
        """The kind she names, by its name or by a word for it."""
        whole = next((kind for kind in self.kinds.values() if kind.name in text), None)
        return whole or next((kind for kind in self.kinds.values() if any(word in text for word in kind.said)), None)


@lru_cache(maxsize=8)
def load_catalogue(org: str) -> Catalogue:
    path = files.folder_of(org) / FILE
    data = files.read(path)
    try:
        kinds = {key: _kind(key, row) for key, row in data["kinds"].items()}
        remind, call = data["remind"], data["callback"]
        first, last = (time.fromisoformat(moment) for moment in remind["hours"])
        made = Catalogue(kinds, time.fromisoformat(remind["at"]), (first, last), str(call["first"]), str(call["again"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OrgBroken(f"{FILE}：{error!r}") from error
    if not kinds or not first <= made.remind_at < last:
        raise OrgBroken(f"{FILE}：kinds 不能为空，remind.at 应在 remind.hours 之内")
    return made


def _kind(key: str, row: Mapping[str, Any]) -> Kind:
    return Kind(key, str(row["name"]), tuple(str(word) for word in row["said"]), str(row["topic"]))
