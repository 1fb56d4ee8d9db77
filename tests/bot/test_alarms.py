"""An alarm reaches a person step by step, on the screen and by the webhook, or she is told that nobody is there."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import alarms as ringing
from bot.alarms import LEASE, TRIES, Alarms, payload
from bot.commands import alarm as verb
from bot.core import Core, micros
from bot.message import Inbound
from bot.outbox import Outbox
from bot.settings import Settings
from store import Store, Tx, alarms, duty, messages, seats, tickets
from store.models import alarm_notice
from store.rows import Alarm, Line, Ticket
from tests.bot.kit import Clock, Woman, Written, open_core, words

KNIFE = "我在吴中区，他拿着刀在砸门"
PROMISE = "正在提醒值班人员"
NOBODY_THERE = "现在没有值班人员在线"
NOBODY_CAME = "还没有人接到"
BASE = "http://127.0.0.1:8338"


@dataclass
class Receiver:
    """A webhook's far end: keeps every body, gives the prepared answers in turn, then 200."""

    bodies: list[dict[str, object]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _serving() as found:
        yield found


@contextmanager
def _serving() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            status, body = found.answers.pop(0) if found.answers else (200, "{}")
            self.send_response(status)
            self.send_header("content-length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/cgi-bin/webhook/send?key=secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop looks when it hears of something, and when the test says so: no second is waited for."""
    monkeypatch.setattr(ringing, "TICK", 3600.0)


@asynccontextmanager
async def ring(core: Core, clock: Callable[[], int], webhook: str = "") -> AsyncIterator[Alarms]:
    loop = Alarms(core.store, core.service, clock, webhook=webhook, base=BASE)
    await loop.start()
    try:
        yield loop
    finally:
        await loop.stop()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - it waits for the database, which has no event
            await asyncio.sleep(0.02)


async def look(loop: Alarms) -> None:
    """What the loop does every second."""
    await loop.ring()
    await loop.notify()


@dataclass(frozen=True)
class People:
    city: tuple[int, int]
    county: tuple[int, int]
    leader: int


def _people(tx: Tx) -> People:
    def add(login: str, unit: str, role: str = "seat") -> int:
        made = seats.add(tx, login=login, name=login, role=role, unit=unit, password="", now=1)
        assert made is not None
        return made

    found = People(
        (add("city1", "sz"), add("city2", "sz")),
        (add("county1", "wuzhong"), add("county2", "wuzhong")),
        add("leader", "sz", "lead"),
    )
    add("elsewhere", "kunshan", "lead")
    duty.put(tx, "sz", found.city)
    duty.put(tx, "wuzhong", found.county)
    return found


async def _alarm(store: Store) -> Alarm:
    (found,) = await store.read(lambda tx: alarms.of_ticket(tx, 1))
    return found


async def _lines(store: Store) -> list[Line]:
    return await store.read(lambda tx: messages.transcript(tx, 1))


def _rung(store: Store, step: int) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return (await _alarm(store)).step == step

    return holds


async def test_it_climbs_and_at_last_she_is_told_that_nobody_came(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock) as loop:
        people = await store.unit(_people)
        receipt = await Woman(core, clock).says(KNIFE, same_breath=False)
        assert PROMISE in words(receipt)
        everyone = {*people.city, *people.county, people.leader}
        steps = [{people.county[0], people.city[0]}, {people.county[1], people.city[1]}, everyone, everyone]
        for number, expected in enumerate(steps, 1):
            if number > 1:
                clock.pass_seconds(179)
                await look(loop)
                assert (await _alarm(store)).step == number - 1, "three minutes are three minutes"
                clock.pass_seconds(1)
                await look(loop)
            assert number == 4 or not any(NOBODY_CAME in line.text for line in await _lines(store))
            await until(_rung(store, number))
            assert set((await _alarm(store)).rung) == expected
        assert (await _alarm(store)).told_nobody_at == clock.now
        channel = Written()
        while await Outbox(store, {"terminal": channel}, clock).round():
            pass
        events = await store.read(lambda tx: tickets.events(tx, _ticket(tx)))
    said = [delivery.text for delivery in channel.got if NOBODY_CAME in delivery.text]
    assert len(said) == 1
    assert "110" in said[0]
    steps_seen = [event.data["step"] for event in events if event.kind == "alarm_step"]
    assert steps_seen == ["first", "next", "all", "nobody"]


def _ticket(tx: Tx) -> Ticket:
    found = tickets.get(tx, 1)
    assert found is not None
    return found


async def test_taking_it_ends_the_ringing(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, receiver.url) as loop:
        people = await store.unit(_people)
        await Woman(core, clock).says(KNIFE, same_breath=False)
        await until(_rung(store, 1))
        await until(lambda: _last(store, "sent"))
        before = await _lines(store)
        assert await store.unit(lambda tx: core.service.take_alarm(tx, 1, seat_id=people.county[0], now=clock.now))
        for _ in range(8):
            clock.pass_seconds(181)
            await look(loop)
        alarm, ticket = await _alarm(store), await store.read(_ticket)
        assert (alarm.step, alarm.taken_by) == (1, people.county[0])
        assert (ticket.owner, ticket.first_owner, ticket.state) == (people.county[0], people.county[0], "accepted")
        assert await _lines(store) == before
    assert len(receiver.bodies) == 1


async def _ready(holds: bool) -> bool:
    return holds


async def test_of_fifty_who_take_it_at_once_one_wins(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        await Woman(core, clock).says(KNIFE)
        for number in range(20):
            ticket = await store.read(_ticket)
            if number:
                await store.unit(lambda tx, it=ticket: core.service.ring(tx, it, level="urgent", now=clock.now))  # type: ignore[misc]  # bound early
            alarm_id = number + 1
            won = await asyncio.gather(
                *(
                    store.unit(
                        lambda tx, who=who, it=alarm_id: core.service.take_alarm(tx, it, seat_id=who, now=clock.now)  # type: ignore[misc]  # bound early
                    )
                    for who in range(1, 51)
                )
            )
            assert won.count(True) == 1
            taken = await store.read(lambda tx, it=alarm_id: alarms.get(tx, it))  # type: ignore[misc]  # bound early
            assert taken is not None
            assert taken.taken_by == won.index(True) + 1
        events = await store.read(lambda tx: tickets.events(tx, _ticket(tx)))
    assert sum(event.kind == "alarm_taken" for event in events) == 20


@pytest.mark.parametrize("where", ["nowhere", "elsewhere"])
async def test_with_nobody_to_ring_the_script_says_so_and_that_is_all(
    store: Store, tmp_path: Path, receiver: Receiver, where: str
) -> None:
    """A duty list in Kunshan rings nobody for a woman in Wuzhong."""
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, receiver.url) as loop:
        if where == "elsewhere":
            await store.unit(_duty_in_kunshan)
        receipt = await Woman(core, clock).says(KNIFE, same_breath=False)
        assert NOBODY_THERE in words(receipt)
        assert PROMISE not in words(receipt)
        before = await _lines(store)
        await until(_rung(store, 4))
        await until(lambda: _last(store, "sent"))  # the clock must not run away under a call that is on its way
        for _ in range(8):
            clock.pass_seconds(181)
            await look(loop)
        assert await _lines(store) == before
        assert (await _alarm(store)).told_nobody_at is None
    assert [body["step"] for body in receiver.bodies] == [4], "the group still hears of it"


def _duty_in_kunshan(tx: Tx) -> None:
    seat = seats.add(tx, login="kunshan", name="昆山", role="seat", unit="kunshan", password="", now=1)
    assert seat is not None
    duty.put(tx, "kunshan", [seat])


async def test_somebody_who_left_the_house_is_not_on_duty(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        people = await store.unit(_people)
        for seat in (*people.city, *people.county):
            await store.unit(
                lambda tx, who=seat: seats.change(tx, who, now=1, name="x", role="seat", unit="sz", active=False)  # type: ignore[misc]  # bound early
            )
        receipt = await Woman(core, clock).says(KNIFE)
    assert PROMISE not in words(receipt)


async def test_samples_never_ring(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, receiver.url) as loop:
        await store.unit(_people)
        await core.pipeline.receive(Inbound("terminal", "demo-1", "demo", KNIFE, clock.now, demo=True))
        # A row of an older version, or of a hand: it does not ring either.
        await store.unit(
            lambda tx: alarms.raise_one(
                tx, ticket_id=1, number="x", level="urgent", units=["sz"], now=clock.now, demo=True
            )
        )
        clock.pass_seconds(3600)
        await look(loop)
        ticket, found = await store.read(_ticket), await store.read(lambda tx: alarms.of_ticket(tx, 1))
    assert (ticket.demo, ticket.priority) == (True, "urgent")
    assert found
    assert all(alarm.step == 0 and not alarm.rung for alarm in found)
    assert receiver.bodies == []


async def test_the_webhook_hears_number_level_link_and_step_and_nothing_of_hers(
    store: Store, tmp_path: Path, receiver: Receiver
) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, receiver.url) as loop:
        await store.unit(_people)
        await Woman(core, clock).says(KNIFE)
        await until(lambda: _last(store, "sent"))
        clock.pass_seconds(180)
        await look(loop)
        await until(lambda: _ready(len(receiver.bodies) == 2))
        await until(lambda: _last(store, "sent"))
    number, link = "SZ20261123-0001", f"{BASE}/desk/ticket/1"
    assert receiver.bodies == [
        {"number": number, "level": "immediate", "step": 1, "link": link},
        {"number": number, "level": "immediate", "step": 2, "link": link},
    ]


async def _last(store: Store, state: str) -> bool:
    notice = await store.read(alarms.last_notice)
    return notice is not None and notice[0] == state


def test_a_wecom_robot_gets_its_own_shape() -> None:
    alarm = Alarm(1, 1, "SZ20261123-0001", "immediate", ("sz",), 0, 1, 0, (), None, None, None, demo=False)
    body = payload("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", alarm, f"{BASE}/desk/ticket/1")
    assert body == {
        "msgtype": "text",
        "text": {
            "content": f"【十万火急】SZ20261123-0001\n{BASE}/desk/ticket/1",
            "mentioned_list": ["@all"],
        },
    }
    other = payload("https://qyapi.weixin.qq.com.example.org/", alarm, BASE)
    assert set(other) == {"number", "level", "step", "link"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, '{"errcode":45009,"errmsg":"api freq out of limit"}'), "errcode 45009"),
        ((500, "oops"), "HTTP 500"),
        ((302, ""), "HTTP 302"),
    ],
)
async def test_a_refusal_is_tried_again_ever_later_and_then_given_up(
    store: Store, tmp_path: Path, receiver: Receiver, answer: tuple[int, str], error: str
) -> None:
    receiver.answers = [answer] * (TRIES + 3)
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, receiver.url) as loop:
        alarm_id = await store.unit(lambda tx: core.service.test_alarm(tx, units=["sz"], now=clock.now))
        assert alarm_id == 1
        for tries in range(1, TRIES + 1):
            await until(lambda wanted=tries: _ready(len(receiver.bodies) == wanted))  # type: ignore[misc]  # bound early
            state = "failed" if tries == TRIES else "queued"
            await until(lambda wanted=tries: _settled(store, wanted, clock.now))  # type: ignore[misc]  # bound early
            assert await store.read(alarms.last_notice) == (state, error)
            clock.pass_seconds(2**tries * 0.75)
            await look(loop)
            assert len(receiver.bodies) == tries, "not before its time"
            clock.pass_seconds(2**tries * 0.5)
            await look(loop)
        clock.pass_seconds(7200)
        await look(loop)
    assert len(receiver.bodies) == TRIES


async def _settled(store: Store, tries: int, now: int) -> bool:
    """The answer to that try is in the store: until then the notice is leased, and its error is the one before."""
    kept = select(alarm_notice.c.attempts, alarm_notice.c.next_at)
    attempts, next_at = await store.read(lambda tx: tx.connection.execute(kept).one())
    return bool(attempts == tries and next_at != now + LEASE)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/nobody", "http://nowhere.invalid/"])
async def test_an_address_that_cannot_be_reached_stops_nothing(store: Store, tmp_path: Path, url: str) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core, ring(core, clock, url) as loop:
        await store.unit(lambda tx: core.service.test_alarm(tx, units=["sz"], now=clock.now))
        for _ in range(TRIES + 1):
            clock.pass_seconds(600)
            await look(loop)
        assert await _last(store, "failed")
        await store.unit(_people)
        await Woman(core, clock).says(KNIFE)
        await until(_rung(store, 1))


async def test_the_verb_rings_the_program_that_is_running(
    store: Store, store_url: str, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ringing, "TICK", 0.2)  # SQLite tells other processes nothing: the loop has to look
    environ = {
        "HALFSKY_VAR": str(tmp_path),
        "HALFSKY_ALARM_WEBHOOK": receiver.url,
        "HALFSKY_DATABASE_URL": "" if store.dialect == "sqlite" else store_url,
    }
    command = [sys.executable, "-m", "bot", "alarm", "test"]
    async with open_core(store, tmp_path, Clock()) as core, ring(core, micros, receiver.url):
        people = await store.unit(_people)
        done = await asyncio.to_thread(
            subprocess.run, command, env={**os.environ, **environ}, capture_output=True, text=True, check=False
        )
        await until(lambda: _ready(bool(receiver.bodies)))
        (alarm,) = await store.read(alarms.ringing)
    assert done.returncode == 0, done.stderr
    assert "已响铃：第 1 步，1 人" in done.stdout
    assert alarm.rung == (people.city[0],)
    assert receiver.bodies == [{"number": "演练", "level": "test", "step": 1, "link": f"{BASE}/desk"}]


async def test_the_verb_says_that_nobody_is_on_duty(
    store: Store, store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(var=str(tmp_path), database_url="" if store.dialect == "sqlite" else store_url)
    words_given = argparse.Namespace(settings=settings, unit="sz")
    async with open_core(store, tmp_path, Clock()) as core, ring(core, micros) as loop:
        running = asyncio.create_task(asyncio.to_thread(verb.run, words_given))
        while not running.done():
            await look(loop)
            await asyncio.sleep(0.05)
    said = capsys.readouterr()
    assert running.result() == 1
    assert "值班表是空的" in said.err
    assert "没有人可以响铃" in said.out


def test_the_verb_says_when_no_program_is_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verb, "PATIENCE", 0.6)
    code = verb.run(argparse.Namespace(settings=Settings(var=str(tmp_path)), unit="sz"))
    assert code == 1
    assert "程序没有在运行" in capsys.readouterr().err
