"""Signing in against a real store: counting, waiting, new tokens, changed passwords."""

import asyncio
import statistics
import time
from dataclasses import dataclass

import pytest

from store import Store, seats, sessions
from store.sessions import Limits
from web.auth.passwords import Passwords
from web.auth.sign_in import WRONG, SignIn

GOOD = "purple tiger eats noodles"
NEXT = "a cold brick in november"
START = 1_795_400_000_000_000
SECOND = 1_000_000
LIMITS = Limits(10**15, 10**15)


class Counting(Passwords):
    def __init__(self) -> None:
        super().__init__(memory=1024, passes=1)
        self.compared = 0

    async def matches(self, stored: str | None, password: str) -> bool:
        self.compared += 1
        return await super().matches(stored, password)


@dataclass
class Office:
    store: Store
    passwords: Counting
    sign_in: SignIn
    now: int = START

    async def add(self, login: str) -> int:
        hashed = self.passwords.hash_now(GOOD)
        row = {"login": login, "name": "名字", "role": "seat", "unit": "gusu"}
        made = await self.store.unit(lambda tx: seats.add(tx, **row, password=hashed, now=self.now, must_change=False))
        assert made
        return made

    async def lives(self, token: str) -> bool:
        found = await self.store.read(lambda tx: sessions.find(tx, token, now=self.now, limits=LIMITS))
        return found is not None


@pytest.fixture
def office(store: Store) -> Office:
    passwords = Counting()
    office = Office(store, passwords, None)  # type: ignore[arg-type]  # the clock is the office's own, set below
    office.sign_in = SignIn(store, passwords, "nist", lambda: office.now)
    return office


async def test_each_sign_in_gets_its_own_token(office: Office) -> None:
    await office.add("li")
    first, second = await office.sign_in.enter("li", GOOD), await office.sign_in.enter(" ＬＩ ", GOOD)
    assert first.token
    assert second.token
    assert first.token != second.token
    assert await office.lives(first.token)
    assert await office.lives(second.token)


@pytest.mark.parametrize(
    ("login", "password"),
    [("li", "wrong"), ("li", ""), ("nobody", GOOD), ("", ""), ("off", GOOD), ("li' OR 1=1 --", GOOD), ("l\x00i", GOOD)],
)
async def test_every_refusal_says_the_same(office: Office, login: str, password: str) -> None:
    await office.add("li")
    off = await office.add("off")
    row = {"name": "x", "role": "seat", "unit": "gusu"}
    await office.store.unit(lambda tx: seats.change(tx, off, now=START, active=False, **row))
    entry = await office.sign_in.enter(login, password)
    assert (entry.token, entry.seat, entry.why) == (None, None, WRONG)


@pytest.mark.parametrize("login", ["li", "nobody"])
async def test_guessing_for_an_hour_reaches_few_hashes_and_tells_nothing(office: Office, login: str) -> None:
    """1,200 tries in an hour: at most 100 may reach the hash, and a name that does not exist behaves alike."""
    await office.add("li")
    said = []
    for _ in range(1200):
        office.now += 3 * SECOND
        said.append((await office.sign_in.enter(login, "wrong")).why)
    assert office.passwords.compared <= 13
    assert said[:5] == [WRONG] * 5
    assert said[5].startswith("试的次数有点多，请过 27 秒再试")
    if login == "li":  # the owner is not locked out for ever
        office.now += seats.LONGEST_DELAY
        assert (await office.sign_in.enter(login, GOOD)).token


async def test_known_and_unknown_names_wait_the_same(office: Office) -> None:
    await office.add("li")
    said: dict[str, list[str]] = {"li": [], "nobody": []}
    for step in range(60):
        office.now += (step * 7 % 61) * SECOND
        for login, words in said.items():
            words.append((await office.sign_in.enter(login, "wrong")).why)
    assert said["li"] == said["nobody"]


async def test_many_at_once_are_counted_one_by_one(office: Office) -> None:
    await office.add("li")
    await asyncio.gather(*(office.sign_in.enter("li", "wrong") for _ in range(100)))
    assert office.passwords.compared == seats.FREE_TRIES
    await asyncio.gather(*(office.sign_in.enter("nobody", "wrong") for _ in range(100)))
    assert office.passwords.compared == 2 * seats.FREE_TRIES


async def test_a_success_wipes_the_failures(office: Office) -> None:
    await office.add("li")
    for _ in range(10):
        for _ in range(4):
            assert (await office.sign_in.enter("li", "wrong")).why == WRONG
        assert (await office.sign_in.enter("li", GOOD)).token


async def test_known_and_unknown_names_take_the_same_time(office: Office) -> None:
    logins = [f"seat{number}" for number in range(15)]
    for login in logins:
        await office.add(login)
    await office.sign_in.enter("warm", "up")
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(4):
        for login in logins:
            for known in (True, False):
                start = time.perf_counter()
                await office.sign_in.enter(login if known else f"no-{login}", "wrong")
                took[known].append(time.perf_counter() - start)
    assert abs(statistics.median(took[True]) - statistics.median(took[False])) < 0.005


async def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    await office.add("li")
    old = [(await office.sign_in.enter("li", GOOD)).token for _ in range(3)]
    entry = await office.sign_in.change_password("li", GOOD, NEXT)
    assert entry.token
    assert [await office.lives(token) for token in old if token] == [False] * 3
    assert await office.lives(entry.token)
    assert (await office.sign_in.enter("li", GOOD)).why == WRONG
    assert (await office.sign_in.enter("li", NEXT)).token


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", NEXT, "现在的口令不对"),
        (GOOD, "short", "口令至少 15 位，现在 5 位"),
        (GOOD, GOOD, "新口令不能和现在的一样"),
        (GOOD, "名字 and a cold brick", "请不要把账号或姓名放进口令"),
    ],
)
async def test_a_refused_change_changes_nothing(office: Office, old: str, new: str, why: str) -> None:
    await office.add("li")
    token = (await office.sign_in.enter("li", GOOD)).token
    assert (await office.sign_in.change_password("li", old, new)).why == why
    assert token
    assert await office.lives(token)
    assert (await office.sign_in.enter("li", GOOD)).token


async def test_guessing_the_old_password_is_slowed_too(office: Office) -> None:
    await office.add("li")
    said = [(await office.sign_in.change_password("li", "wrong", NEXT)).why for _ in range(6)]
    assert said[:5] == ["现在的口令不对"] * 5
    assert said[5].startswith("试的次数有点多")


async def test_an_old_hash_is_renewed_at_sign_in(office: Office) -> None:
    seat_id = await office.add("li")
    weak = Passwords(memory=512, passes=1).hash_now(GOOD)
    await office.store.unit(lambda tx: seats.set_password(tx, seat_id, weak, now=START, must_change=False))
    assert (await office.sign_in.enter("li", GOOD)).token
    seat = await office.store.read(lambda tx: seats.by_id(tx, seat_id))
    assert seat
    assert "m=1024" in seat.password
    assert (await office.sign_in.enter("li", GOOD)).token
