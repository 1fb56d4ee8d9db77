"""Signing in: a login and a password become a session, or a reason that tells a stranger nothing."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from store import Store, Tx, seats, sessions
from store.seats import Seat, Try, delay
from web.auth.password_rules import normal, problem
from web.auth.passwords import Passwords

STRANGERS: Final = 20_000
LOGIN_LENGTH: Final = 64
WRONG: Final = "账号或口令不对"
Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """Either a token (and the seat it belongs to) or the words that say why not."""

    token: str | None = None
    seat: Seat | None = None
    why: str = ""


class Strangers:
    """Counts tries at logins that do not exist by the same rule, so that waiting does not tell them apart."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, tuple[int, int]] = OrderedDict()

    def locked_until(self, mark: bytes, now: int) -> int | None:
        """Count a try; the time until which it must not be made, else None."""
        failures, until = self._seen.pop(mark, (0, 0))
        if until > now:
            self._seen[mark] = (failures, until)
            return until
        failures += 1
        wait = delay(failures)
        self._seen[mark] = (failures, now + wait if wait else 0)
        while len(self._seen) > STRANGERS:
            self._seen.popitem(last=False)
        return None


class SignIn:
    """Checks passwords, opens sessions, changes passwords."""

    def __init__(self, store: Store, passwords: Passwords, rules: str, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._rules = rules
        self._clock = clock
        self._strangers = Strangers()

    async def enter(self, login: str, password: str) -> Entry:
        """The right pair gets a new session, whatever session the browser had before."""
        seat, why = await self._check(login, password)
        if seat is None:
            return Entry(why=why)
        newer = await self._passwords.hash(password) if self._passwords.outdated(seat.password) else None
        token = await self._store.unit(lambda tx: self._open(tx, seat, newer))
        return Entry(token, seat) if token else Entry(why=WRONG)

    async def change_password(self, login: str, old: str, new: str) -> Entry:
        """Ends every session of the seat and opens one for the browser that asked."""
        seat, why = await self._check(login, old)
        if seat is None:
            return Entry(why="现在的口令不对" if why == WRONG else why)
        wrong = problem(new, rules=self._rules, names=(seat.login, seat.name), old=old)
        if wrong:
            return Entry(why=wrong)
        hashed = await self._passwords.hash(new)

        def work(tx: Tx) -> str:
            now = self._clock()
            seats.set_password(tx, seat.id, hashed, now=now, must_change=False)
            return sessions.start(tx, seat.id, now=now)

        return Entry(await self._store.unit(work), seat)

    async def _check(self, login: str, password: str) -> tuple[Seat | None, str]:
        name = normal(login).replace("\0", " ").strip().casefold()[:LOGIN_LENGTH]  # PostgreSQL's text holds no NUL
        now = self._clock()
        begun = await self._store.unit(lambda tx: self._begin(tx, name, now))
        if begun.locked_until is not None:
            return None, _wait(begun.locked_until - now)
        seat = begun.seat
        right = await self._passwords.matches(seat.password if seat else None, password)
        if not right or seat is None or not seat.active:
            return None, WRONG
        return seat, ""

    def _begin(self, tx: Tx, login: str, now: int) -> Try:
        begun = seats.begin_try(tx, login, now=now)
        if begun.seat is None and begun.locked_until is None:
            return Try(None, self._strangers.locked_until(tx.vault.mac("login", login), now))
        return begun

    def _open(self, tx: Tx, checked: Seat, newer: str | None) -> str | None:
        """None when the password or the seat changed while we compared."""
        seat = seats.by_id(tx, checked.id)
        if seat is None or not seat.active or seat.password != checked.password:
            return None
        seats.forgive(tx, seat.id)
        if newer:
            seats.rehash(tx, seat.id, seat.password, newer)
        return sessions.start(tx, seat.id, now=self._clock())


def _wait(micros: int) -> str:
    seconds = max(1, -(-micros // 1_000_000))
    span = f"{seconds} 秒" if seconds < 120 else f"{-(-seconds // 60)} 分钟"
    return f"试的次数有点多，请过 {span}再试。忘了口令请找管理员重置"
