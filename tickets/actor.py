"""Who acts on a ticket: a seat with a role, and the units whose tickets it may see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    seat_id: int
    role: str  # seat, lead, admin
    unit: str
    units: tuple[str, ...] | None  # None: all units
