"""What a decision may look up of her while it is made: bookings, free slots, what her three words open; reads only."""

from collections.abc import Collection
from dataclasses import dataclass

from store import Tx, bookings, callbacks, contacts, tickets
from store.bookings import Booking, Slot
from store.callbacks import Reach
from store.rows import Ticket
from tickets.casework import rating
from tickets.erasing import Standing, standing
from tickets.receptions import Catalogue, load_catalogue

SOON = 30 * 60 * 1_000_000  # nobody books a slot that begins sooner
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proved:
    """Somebody who gave her three words: what belongs to them."""

    contact_id: int
    matters: tuple[Ticket, ...]  # newest first, the closed ones last
    bookings: tuple[Booking, ...]
    rating: int | None  # closed matter she may judge


class Window:
    """A blank one: nothing is booked, nothing is free."""

    def __init__(self, org: str = "suzhou") -> None:
        self.catalogue: Catalogue = load_catalogue(org)

    def free(self, _kind: str, _units: Collection[str] | None = None, _without: Collection[int] = ()) -> list[Slot]:
        return []

    def free_kinds(self) -> frozenset[str]:
        return frozenset()

    def slot(self, _slot_id: int) -> Slot | None:
        return None

    def booked(self) -> list[Booking]:
        return []

    def booking(self, _booking_id: int) -> Booking | None:
        """One that a form is about, as long as it stands."""
        return None

    def lost(self) -> Booking | None:
        """What staff had to call off."""
        return None

    def proved(self, _words: str) -> Proved | None:
        """What the words open, unless too many were tried; the try itself is counted by an action."""
        return None

    def has_code(self) -> bool:
        return False

    def unrated(self) -> int | None:
        return None

    def rating(self) -> int | None:
        """The closed matter the last question was about."""
        return None

    def receipt(self, _number: str) -> Standing | None:
        return None

    def reach(self) -> Reach:
        return Reach()

    def planned(self) -> bool:
        """Somebody will call her about an open matter, on a number that is known."""
        return False


class StoreWindow(Window):
    """Looks into the transaction in which the decision is carried out."""

    def __init__(self, org: str, tx: Tx, contact_id: int, *, source: str, now: int, known: bool = True) -> None:
        """`source`: the address she writes from, for the limit on wrong words. `known`: she wrote before."""
        super().__init__(org)
        self._tx = tx
        self._contact = contact_id
        self._source = source
        self._now = now
        self._known = known

    def free(self, kind: str, units: Collection[str] | None = None, without: Collection[int] = ()) -> list[Slot]:
        since = self._now + SOON
        return bookings.free_slots(self._tx, kind=kind, since=since, units=units, without=without, limit=SHOWN)

    def free_kinds(self) -> frozenset[str]:
        return bookings.free_kinds(self._tx, since=self._now + SOON) & set(self.catalogue.kinds)

    def slot(self, slot_id: int) -> Slot | None:
        found = bookings.get_slot(self._tx, slot_id)
        return found if found and found.free > 0 and found.start_at > self._now else None

    def booked(self) -> list[Booking]:
        return bookings.upcoming(self._tx, self._contact, since=self._now) if self._known else []

    def booking(self, booking_id: int) -> Booking | None:
        found = bookings.get(self._tx, booking_id)
        return found if found and found.state == bookings.BOOKED else None

    def lost(self) -> Booking | None:
        return bookings.lost(self._tx, self._contact, since=self._now)

    def proved(self, words: str) -> Proved | None:
        if not contacts.may_try(self._tx, self._source, now=self._now):
            return None
        contact_id = contacts.peek_by_code(self._tx, words)
        if contact_id is None:
            return None
        hers = sorted(tickets.of_contact(self._tx, contact_id), key=lambda one: (one.closed_at is not None, -one.id))
        asked = rating.last_asked(self._tx, contact_id, now=self._now)
        return Proved(
            contact_id,
            tuple(hers),
            tuple(bookings.upcoming(self._tx, contact_id, since=self._now)),
            asked or rating.unasked(self._tx, contact_id, now=self._now),
        )

    def has_code(self) -> bool:
        return self._known and contacts.code_of(self._tx, self._contact) is not None

    def unrated(self) -> int | None:
        return rating.unasked(self._tx, self._contact, now=self._now) if self._known else None

    def rating(self) -> int | None:
        return rating.last_asked(self._tx, self._contact, now=self._now)

    def receipt(self, number: str) -> Standing | None:
        if not contacts.may_try(self._tx, self._source, now=self._now):
            return None
        return standing(self._tx, number)

    def reach(self) -> Reach:
        return callbacks.reach_of(self._tx, self._contact)

    def planned(self) -> bool:
        hers = tickets.open_of_contact(self._tx, self._contact) if self._known else []
        found = (callbacks.open_of_ticket(self._tx, one.id) for one in hers)
        return any(one is not None and one.masked is not None for one in found)
