"""Seats, sessions and the access log, on both databases."""

import asyncio
import functools

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from store import Store, Tx, access_log, seats, sessions
from store.models import access, contact, session, ticket
from store.seats import FREE_TRIES, LONGEST_DELAY, delay
from store.sessions import Limits
from web.auth.first_run import ensure_admin
from web.auth.roles import Who

NOW = 1_795_400_000_000_000
MINUTE = 60 * 1_000_000
LIMITS = Limits(idle=30 * MINUTE, absolute=12 * 60 * MINUTE)
LI = Who(7, "li", "李", "seat", "gusu", ("gusu",))


async def add(store: Store, login: str = "li", role: str = "seat", unit: str = "gusu") -> int:
    made = await store.unit(
        lambda tx: seats.add(tx, login=login, name="李", role=role, unit=unit, password="hash", now=NOW)
    )
    assert made is not None
    return made


async def find(store: Store, token: str, now: int) -> sessions.Session | None:
    return await store.read(lambda tx: sessions.find(tx, token, now=now, limits=LIMITS))


async def test_a_login_is_taken_once_however_many_ask(store: Store) -> None:
    work = functools.partial(seats.add, login="li", name="李", role="seat", unit="gusu", password="h", now=NOW)
    made = await asyncio.gather(*(store.unit(work) for _ in range(20)))
    assert len([one for one in made if one is not None]) == 1


async def test_the_first_administrator_is_made_once(store: Store) -> None:
    """Fifty starts at once: one shows a password, and it is no default."""
    shown = await asyncio.gather(*(store.unit(lambda tx: ensure_admin(tx, NOW)) for _ in range(50)))
    passwords = [one for one in shown if one]
    assert len(passwords) == 1
    assert len(passwords[0]) == 20
    admin = await store.read(lambda tx: seats.by_login(tx, "admin"))
    assert admin
    assert (admin.role, admin.must_change, admin.active) == ("admin", True, True)
    assert passwords[0] not in admin.password
    assert await store.unit(lambda tx: ensure_admin(tx, NOW)) is None


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (50, 900), (10**6, 900)],
)
def test_the_delay_grows_and_ends(failures: int, seconds: int) -> None:
    assert delay(failures) == seconds * 1_000_000


async def test_tries_are_counted_before_they_are_made(store: Store) -> None:
    await add(store)
    tries = await asyncio.gather(*(store.unit(lambda tx: seats.begin_try(tx, "li", now=NOW)) for _ in range(50)))
    assert len([one for one in tries if one.seat]) == FREE_TRIES
    assert {one.locked_until for one in tries if not one.seat} == {NOW + 30 * 1_000_000}


async def test_no_lock_is_for_ever_and_a_day_of_peace_forgets(store: Store) -> None:
    await add(store)
    now = NOW
    for _ in range(40):
        begun = await store.unit(lambda tx: seats.begin_try(tx, "li", now=now))  # noqa: B023 - runs at once
        assert begun.seat is not None
        now += LONGEST_DELAY
    seat = await store.read(lambda tx: seats.by_login(tx, "li"))
    assert seat
    assert seat.failures == 40
    later = now + 25 * 3600 * 1_000_000
    await store.unit(lambda tx: seats.begin_try(tx, "li", now=later))
    seat = await store.read(lambda tx: seats.by_login(tx, "li"))
    assert seat
    assert (seat.failures, seat.locked_until) == (1, None)


async def test_the_token_is_stored_nowhere(store: Store) -> None:
    seat_id = await add(store)
    token = await store.unit(lambda tx: sessions.start(tx, seat_id, now=NOW))
    row = (await store.read(lambda tx: tx.connection.execute(select(session)).all()))[0]
    assert len(token) == 43
    assert bytes(row.token_mac) == store.vault.mac("session", token)
    assert token not in str(row)
    assert await find(store, token, NOW)
    assert await find(store, token[:-1] + ("A" if token[-1] != "A" else "B"), NOW) is None


@pytest.mark.parametrize(
    ("used_after", "asked_after", "lives"),
    [(0, 29, True), (0, 30, False), (25, 54, True), (25, 55, False), (700, 719, True), (700, 720, False)],
)
async def test_a_session_ends_when_idle_and_after_its_hours(
    store: Store, used_after: int, asked_after: int, *, lives: bool
) -> None:
    seat_id = await add(store)
    token = await store.unit(lambda tx: sessions.start(tx, seat_id, now=NOW))
    found = await find(store, token, NOW)
    assert found
    await store.unit(lambda tx: sessions.touch(tx, found.id, now=NOW + used_after * MINUTE))
    assert (await find(store, token, NOW + asked_after * MINUTE) is not None) is lives


ENDINGS = {
    "signed out": lambda tx, session_id, _seat: sessions.end(tx, session_id, now=NOW),
    "new password": lambda tx, _s, seat_id: seats.set_password(tx, seat_id, "new", now=NOW, must_change=False),
    "disabled": lambda tx, _s, seat_id: seats.change(
        tx, seat_id, now=NOW, name="李", role="seat", unit="gusu", active=False
    ),
    "other role": lambda tx, _s, seat_id: seats.change(
        tx, seat_id, now=NOW, name="李", role="lead", unit="gusu", active=True
    ),
    "other unit": lambda tx, _s, seat_id: seats.change(
        tx, seat_id, now=NOW, name="李", role="seat", unit="kunshan", active=True
    ),
}


@pytest.mark.parametrize("how", ENDINGS)
async def test_what_ends_a_session_ends_it_at_once_and_says_so(store: Store, how: str) -> None:
    seat_id, other = await add(store), await add(store, "wang")
    token = await store.unit(lambda tx: sessions.start(tx, seat_id, now=NOW))
    bystander = await store.unit(lambda tx: sessions.start(tx, other, now=NOW))
    found = await find(store, token, NOW)
    assert found
    heard: list[frozenset[str]] = []
    stop = store.listen(heard.append)
    await asyncio.sleep(0.5 if store.dialect == "postgresql" else 0)  # LISTEN has to be in place
    await store.unit(lambda tx: ENDINGS[how](tx, found.id, seat_id))  # type: ignore[no-untyped-call]  # a table of lambdas
    for _ in range(100):
        if any(sessions.TOPIC in topics for topics in heard):
            break
        await asyncio.sleep(0.02)
    stop()
    assert any(sessions.TOPIC in topics for topics in heard)
    assert await find(store, token, NOW) is None
    assert await store.read(lambda tx: sessions.alive(tx, [found.id], now=NOW, limits=LIMITS)) == []
    assert await find(store, bystander, NOW)


async def test_a_new_name_ends_nothing(store: Store) -> None:
    seat_id = await add(store)
    token = await store.unit(lambda tx: sessions.start(tx, seat_id, now=NOW))
    row = {"role": "seat", "unit": "gusu"}
    await store.unit(lambda tx: seats.change(tx, seat_id, now=NOW, name="李丽", active=True, **row))
    assert await find(store, token, NOW)


async def add_ticket(store: Store) -> int:
    def work(tx: Tx) -> int:
        key = tx.vault.new_key()
        person = tx.connection.execute(
            insert(contact).values(wrapped_key=key, created_at=NOW).returning(contact.c.id)
        ).scalar_one()
        row = {"number": "SZ20261123-0001", "contact_id": person, "source": "web", "topic": "t", "first_topic": "t"}
        made = insert(ticket).values(
            **row, unit="gusu", priority="normal", state="received", created_at=NOW, updated_at=NOW
        )
        found: int = tx.connection.execute(made.returning(ticket.c.id)).scalar_one()
        return found

    return await store.unit(work)


async def test_a_look_is_committed_before_the_record_is_shown(store: Store) -> None:
    ticket_id = await add_ticket(store)
    lines = await access_log.shown(
        store, LI, "contact.reveal", ticket_id, lambda tx: access_log.of_ticket(tx, ticket_id), now=NOW, reason="回电"
    )
    assert [(one.seat_id, one.action, one.reason, one.at) for one in lines] == [(7, "contact.reveal", "回电", NOW)]
    raw = await store.read(lambda tx: tx.connection.execute(select(access.c.reason)).scalar_one())
    assert "回电".encode() not in bytes(raw)
    of_seat = await store.read(lambda tx: access_log.of_seat(tx, 7, since=NOW))
    assert [(one.ticket_id, one.reason) for one in of_seat] == [(ticket_id, None)]


async def test_no_line_no_look(store: Store) -> None:
    """The log cannot be written: nothing is read."""
    ticket_id = await add_ticket(store)
    await store.unit(lambda tx: tx.connection.execute(text("ALTER TABLE access RENAME TO away")) and None)
    read: list[int] = []
    with pytest.raises(DBAPIError):
        await access_log.shown(store, LI, "ticket.read", ticket_id, lambda _tx: read.append(1), now=NOW)
    assert read == []


async def test_a_look_at_an_erased_person_is_still_a_line(store: Store) -> None:
    ticket_id = await add_ticket(store)
    await store.unit(lambda tx: tx.connection.execute(contact.update().values(wrapped_key=None)) and None)
    await store.unit(lambda tx: access_log.look(tx, LI, "ticket.read", ticket_id, "问过她", now=NOW))
    lines = await store.read(lambda tx: access_log.of_ticket(tx, ticket_id))
    assert [(one.action, one.reason) for one in lines] == [("ticket.read", None)]
