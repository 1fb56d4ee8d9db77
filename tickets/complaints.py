"""A complaint about federation staff goes one level up; those it is about never see it (信访工作条例 28, 30)."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from store import Tx, casework, seats, tickets
from store.seats import Seat
from tickets.org import Org
from tickets.ringing import got
from tickets.service import Service

TITLES = "主席|主任|部长|科长|书记|老师|同志|大姐|姐|干事|律师|工作人员|姓"
FULL_NAME = 2
CITY = re.compile(r"市(?:里|级)?(?:的)?妇联|市妇女联合会")


@dataclass(frozen=True, slots=True)
class About:
    """Whom it is about, as far as she said."""

    units: tuple[str, ...]
    said: str


def about(org: Org, *texts: str) -> About:
    """What her words say about units; the city itself is meant by its name with the federation's."""
    said = "\n".join(text for text in texts if text)
    units = {unit for text in texts if (unit := org.find_unit(text))}
    if CITY.search(said):
        units.add(org.city)
    return About(tuple(sorted(units)), said)


def keep_from(service: Service, tx: Tx, ticket_id: int, about: About, *, now: int) -> None:
    """The units she names, and the seats whose names she gives; of these people every matter of hers is kept."""
    ticket = got(tx, ticket_id)
    units = [unit for unit in about.units if unit in service.org.units]
    named = meant(seats.listing(tx), about.said, units or [service.org.city])
    for unit in units:
        tickets.hide_from_unit(tx, ticket_id, unit)
    if named:
        casework.keep_out(tx, ticket.contact_id, named)
    if units or named:
        data = {"units": units, "seats": sorted(named)}
        tickets.add_event(tx, ticket, "kept_from", now=now, actor="bot", data=data)


def meant(everyone: Collection[Seat], said: str, units: Collection[str]) -> frozenset[int]:
    """Seats named in full anywhere; by surname and title in the units meant."""
    return frozenset(
        seat.id
        for seat in everyone
        if len(seat.name) >= FULL_NAME and (seat.name in said or (seat.unit in units and _by_surname(seat.name, said)))
    )


def _by_surname(name: str, said: str) -> bool:
    first = re.escape(name[0])
    return re.search(rf"{first}(?:{TITLES})|姓{first}|{first}某", said) is not None
