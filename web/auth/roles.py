"""Which role may do what, as data, and the one question `allow` asks of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from store.seats import Seat
from web.auth.errors import Forbidden, Undeclared

Role = Literal["seat", "lead", "admin"]
ROLES: Final = cast("tuple[Role, ...]", get_args(Role))
CITY: Final = "sz"  # the city-level unit: its leads answer for the whole city

_CASE: Final[frozenset[Role]] = frozenset({"seat", "lead"})  # work on cases; the administrator never reads one
_LEAD: Final[frozenset[Role]] = frozenset({"lead"})
_RUN: Final[frozenset[Role]] = frozenset({"lead", "admin"})
_ADMIN: Final[frozenset[Role]] = frozenset({"admin"})
_ALL: Final[frozenset[Role]] = frozenset(ROLES)

PERMISSIONS: Final[Mapping[str, frozenset[Role]]] = {
    "desk.open": _ALL,
    "queue.read": _CASE,
    "ticket.read": _CASE,
    "ticket.create": _CASE,
    "ticket.take": _CASE,
    "ticket.reply": _CASE,
    "ticket.note": _CASE,
    "ticket.transfer": _CASE,
    "ticket.return": _CASE,
    "ticket.topic": _CASE,
    "ticket.close": _CASE,
    "ticket.reopen": _CASE,
    "ticket.seal": _LEAD,
    "ticket.erase": _LEAD,
    "contact.reveal": _CASE,
    "watch.look": _CASE,
    "call.take": _CASE,
    "call.dismiss": _CASE,
    "call.missed": _CASE,
    "call.earlier": _CASE,
    "booking.read": _CASE,
    "booking.edit": _CASE,
    "callback.work": _CASE,
    "alarm.take": _CASE,
    "alarm.test": _RUN,
    "duty.edit": _RUN,
    "article.read": _ALL,
    "article.edit": _LEAD,
    "article.approve": _LEAD,
    "question.read": _LEAD,
    "parameter.edit": _LEAD,
    "example.read": _LEAD,
    "example.edit": _LEAD,
    "model.read": _RUN,
    "model.use": _RUN,
    "report.read": _LEAD,
    "access.read": _LEAD,
    "calendar.edit": _RUN,
    "seat.manage": _ADMIN,
    "setting.edit": _ADMIN,
}


@dataclass(frozen=True, slots=True)
class Who:
    """The seat behind a session. `units` are the units whose cases it sees; None means every unit."""

    seat_id: int
    login: str
    name: str
    role: Role
    unit: str
    units: tuple[str, ...] | None

    def sees(self, unit: str) -> bool:
        return self.units is None or unit in self.units


def who_of(seat: Seat) -> Who:
    if seat.role not in ROLES:
        raise Forbidden(f"unknown role of seat {seat.id}")
    return Who(seat.id, seat.login, seat.name, seat.role, seat.unit, _units(seat.role, seat.unit))


def may(who: Who, permission: str, unit: str | Collection[str] | None = None) -> bool:
    """`unit`: the unit of the case, or owner and co-informed units together (one of them is enough)."""
    if permission not in PERMISSIONS:
        raise Undeclared(permission)
    if who.role not in PERMISSIONS[permission]:
        return False
    if unit is None or who.role == "admin":  # what an administrator may do at all holds for every unit
        return True
    return any(who.sees(one) for one in ([unit] if isinstance(unit, str) else unit))


def allow(who: Who, permission: str, unit: str | Collection[str] | None = None) -> None:
    """Raise Forbidden unless `may`; show "absent" and "forbidden" alike, a refusal must not confirm a case."""
    if not may(who, permission, unit):
        raise Forbidden(f"{permission} for seat {who.seat_id}")


def _units(role: Role, unit: str) -> tuple[str, ...] | None:
    if role == "admin":
        return ()
    if role == "lead" and unit == CITY:
        return None
    return (unit,)
