"""A visit: the live session behind one request or socket, asked again whenever something is done."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final, Protocol

from store import Store, Tx, seats, sessions
from store.seats import Seat
from store.sessions import Limits, Session
from web.auth.errors import SignedOut
from web.auth.origins import Addresses
from web.auth.password_rules import expired
from web.auth.roles import Who, who_of

SCOPE_KEY: Final = "halfsky.visit"
MINUTE: Final = 60 * 1_000_000
TOUCH_EVERY: Final = MINUTE // 2  # the idle limit is exact to this, and a busy seat costs two writes a minute


class Rules(Addresses, Protocol):
    """What of the settings rules a session."""

    @property
    def idle_minutes(self) -> int: ...
    @property
    def session_hours(self) -> int: ...
    @property
    def password_rules(self) -> str: ...


@dataclass(slots=True, eq=False)
class Visit:
    """`who` is as fresh as the last look; `again` looks."""

    session_id: int
    who: Who
    must_change: bool
    door: "Door" = field(repr=False)
    ended: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)  # keeps the order of a person's clicks

    async def again(self) -> Who:
        """Raise SignedOut unless the session still lives; counts as use."""
        async with self.turn:
            found = None if self.ended else await self.door.look(self.session_id)
            if found is None or found.must_change:
                self.ended = True
                raise SignedOut
            self.who = found.who
            return found.who


class Door:
    """Turns a token into a visit."""

    def __init__(self, store: Store, settings: Rules, clock: Callable[[], int]) -> None:
        self._store = store
        self._rules = settings.password_rules
        self._limits = Limits(settings.idle_minutes * MINUTE, settings.session_hours * 60 * MINUTE)
        self._clock = clock

    async def enter(self, token: str, *, use: bool) -> Visit | None:
        """`use`: a person asked for something, so the idle clock starts again."""
        now = self._clock()

        def work(tx: Tx) -> tuple[Session, Seat | None] | None:
            found = sessions.find(tx, token, now=now, limits=self._limits)
            return None if found is None else (found, seats.by_id(tx, found.seat_id))

        return await self._visit(await self._store.read(work), now, use=use)

    async def look(self, session_id: int) -> Visit | None:
        now = self._clock()

        def work(tx: Tx) -> tuple[Session, Seat | None] | None:
            found = sessions.alive(tx, [session_id], now=now, limits=self._limits)
            return (found[0], seats.by_id(tx, found[0].seat_id)) if found else None

        return await self._visit(await self._store.read(work), now, use=True)

    async def living(self, session_ids: Collection[int]) -> frozenset[int]:
        """Those that still count."""
        now = self._clock()
        found = await self._store.read(lambda tx: sessions.alive(tx, session_ids, now=now, limits=self._limits))
        return frozenset(session.id for session in found)

    async def note_present(self, seat_ids: Collection[int]) -> None:
        """For the alarm, which must know whom it can reach."""
        now = self._clock()
        await self._store.unit(lambda tx: seats.present(tx, seat_ids, now=now))

    async def _visit(self, found: tuple[Session, Seat | None] | None, now: int, *, use: bool) -> Visit | None:
        if found is None or found[1] is None:
            return None
        session, seat = found[0], found[1]
        if use and now - session.used_at > TOUCH_EVERY:
            await self._store.unit(lambda tx: sessions.touch(tx, session.id, now=now))
        must_change = seat.must_change or expired(seat.password_at, rules=self._rules, now=now)
        return Visit(session.id, who_of(seat), must_change, self)
