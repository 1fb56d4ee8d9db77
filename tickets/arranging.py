"""What a form decided, as data, and the one function that carries it out inside the transaction."""

from dataclasses import dataclass
from functools import singledispatchmethod

from store import Tx, contacts, tickets
from store.errors import Stale
from store.rows import Conversation, Ticket
from tickets import callbacks
from tickets.booking import reserving
from tickets.booking.reserving import Full
from tickets.casework import rating
from tickets.errors import Refused
from tickets.obeying import obey
from tickets.service import Service


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Something a form arranges for her."""


@dataclass(frozen=True, slots=True)
class Book(Arrangement):
    slot_id: int
    ticket_id: int | None = None  # her open matter it belongs to; None opens one


@dataclass(frozen=True, slots=True)
class MoveBooking(Arrangement):
    booking_id: int
    slot_id: int


@dataclass(frozen=True, slots=True)
class CancelBooking(Arrangement):
    booking_id: int


@dataclass(frozen=True, slots=True)
class CallBack(Arrangement):
    """She wants to be called; without a ticket id the newest open matter of hers."""

    number: str
    safe_words: str | None = None
    named: bool | None = None
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reached(Arrangement):
    """How she may be reached."""

    how: str | None = None
    words: str | None = None
    named: bool | None = None
    notices: bool | None = None


@dataclass(frozen=True, slots=True)
class AskRating(Arrangement):
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Rate(Arrangement):
    ticket_id: int
    value: str


@dataclass(frozen=True, slots=True)
class Explain(Arrangement):
    ticket_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tried(Arrangement):
    """Her three words were looked up: every try counts."""

    words: str


class Arranging:
    """One message's arrangements. What somebody else was faster with raises Stale: the message is decided anew."""

    def __init__(self, service: Service, tx: Tx, conversation: Conversation, *, now: int) -> None:
        self._service = service
        self._tx = tx
        self._conversation = conversation
        self._contact = conversation.contact_id
        self._now = now

    def do(self, arrangement: Arrangement) -> None:
        try:
            self._do(arrangement)
        except Full as error:
            raise Stale("slot") from error
        except Refused as error:
            raise Stale("arrangement") from error

    @singledispatchmethod
    def _do(self, arrangement: Arrangement) -> None:
        raise TypeError(type(arrangement).__name__)

    @_do.register
    def _(self, it: Book) -> None:
        reserving.reserve(
            self._service,
            self._tx,
            it.slot_id,
            contact_id=self._contact,
            conversation=self._conversation,
            ticket_id=it.ticket_id,
            now=self._now,
        )

    @_do.register
    def _(self, it: MoveBooking) -> None:
        reserving.move(self._service, self._tx, it.booking_id, it.slot_id, now=self._now)

    @_do.register
    def _(self, it: CancelBooking) -> None:
        reserving.cancel(self._tx, it.booking_id, now=self._now)

    @_do.register
    def _(self, it: CallBack) -> None:
        ticket_id = it.ticket_id or self._newest().id
        callbacks.asked(
            self._service,
            self._tx,
            ticket_id,
            number=it.number,
            safe_words=it.safe_words,
            named=it.named,
            now=self._now,
        )

    @_do.register
    def _(self, it: Reached) -> None:
        obey(
            self._service,
            self._tx,
            self._contact,
            how=it.how,
            words=it.words,
            named=it.named,
            notices=it.notices,
            now=self._now,
        )

    @_do.register
    def _(self, it: AskRating) -> None:
        rating.asked(self._tx, it.ticket_id, now=self._now)

    @_do.register
    def _(self, it: Rate) -> None:
        rating.rate(self._service, self._tx, it.ticket_id, it.value, now=self._now)

    @_do.register
    def _(self, it: Explain) -> None:
        rating.explain(self._tx, it.ticket_id, it.reason, now=self._now)

    @_do.register
    def _(self, it: Tried) -> None:
        source = f"{self._conversation.inbox}:{self._conversation.address}"
        contacts.find_by_code(self._tx, it.words, source=source, now=self._now)

    def _newest(self) -> Ticket:
        found = tickets.open_of_contact(self._tx, self._contact)
        if not found:
            raise Refused(409, "没有可以挂回拨的事")
        return found[0]
