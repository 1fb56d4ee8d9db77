"""She wants to be forgotten and has no three words, because her danger shows none: a person is the way."""

from pathlib import Path

import pytest

from handlers.phrases import say
from store import Store, access_log, casework, contacts, erasures, tickets
from store.rows import Ticket
from tests.bot.arranged import hers, seat
from tests.bot.kit import Clock, Woman, open_core, words
from tickets import casework as work
from tickets.errors import Refused
from tickets.forgetting import forget_for_her

PERSON = say("button.human")
KNIFE, LOCKED = "他拿着刀在砸门", "我被他锁在家里三天了，手机也要被收走"


async def seen(store: Store, now: int) -> list[Ticket]:
    return list(await store.read(lambda tx: tickets.queue(tx, seat_id=1, units=None, now=now)))


@pytest.mark.parametrize(("danger", "kind"), [(KNIFE, "violence_now"), (LOCKED, "confinement")])
async def test_a_danger_without_words_leads_to_a_person(store: Store, tmp_path: Path, danger: str, kind: str) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock, role="lead"), Woman(core, clock)
        code_line = say("code.line", code="").strip()
        assert code_line not in words(await woman.says(danger)), "no words on a screen he may read"
        await woman.says("删除我的记录")
        asked = await woman.says("确认删除")
        assert "12338" in words(asked)
        assert PERSON in asked.replies[-1].buttons
        told = await woman.says(PERSON)
        assert say("erase.person") in words(told)
        (ticket,) = await hers(core)
        assert (ticket.danger_kind, ticket.danger_level, ticket.closed_at) == (kind, ticket.danger_level, None)
        assert (await store.read(lambda tx: tickets.facts(tx, ticket)))["asked_erase"] is True
        assert not await store.read(lambda tx: casework.hidden(tx, 1)), "asking a person is not yet being her"
        service = core.service

        with pytest.raises(Refused):
            await store.unit(lambda tx: forget_for_her(service, tx, li, ticket.id, reason=" ", now=clock.now))
        number = await store.unit(
            lambda tx: forget_for_her(service, tx, li, ticket.id, reason="回拨核对过", now=clock.now)
        )
        assert await store.read(lambda tx: erasures.find(tx, number)) is not None
        looks = await store.read(lambda tx: access_log.of_ticket(tx, ticket.id))
        assert [one.action for one in looks] == ["contact.erase"]
        assert await store.read(lambda tx: casework.hidden(tx, 1))
        assert [one.id for one in await seen(store, clock.now)] == [ticket.id], "her danger stays with staff"
        assert not await store.read(lambda tx: contacts.due_for_erasing(tx, now=clock.now))
        with pytest.raises(Refused):
            await store.unit(lambda tx: forget_for_her(service, tx, li, ticket.id, reason="再来", now=clock.now))


async def test_words_she_has_forgotten_lead_to_a_person_too(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock, role="lead"), Woman(core, clock)
        await woman.says("公司拖欠工资三个月了怎么办")
        await woman.says(PERSON)
        await woman.says("删除我的记录")
        await woman.says("确认删除")
        assert say("erase.person") in words(await woman.says("找人工"))
        (ticket,) = await hers(core)  # no second matter
        service = core.service
        await store.unit(lambda tx: forget_for_her(service, tx, li, ticket.id, reason="核对过", now=clock.now))
        assert await seen(store, clock.now) == []


async def test_where_nothing_is_open_any_more_a_matter_opens_for_it(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        li, woman = await seat(core, clock, role="lead"), Woman(core, clock)
        await woman.says("公司拖欠工资三个月了怎么办")
        await woman.says(PERSON)
        (first,) = await hers(core)
        await store.unit(
            lambda tx: work.close(
                core.service, tx, li, first.id, outcome="withdrawn", topic=first.topic, reason="办完", now=clock.now
            )
        )
        await woman.says("删除我的记录")
        await woman.says("确认删除")
        assert say("erase.person") in words(await woman.says(PERSON))
        (opened,) = [one for one in await hers(core) if one.closed_at is None]
        assert (await store.read(lambda tx: tickets.facts(tx, opened)))["asked_erase"] is True
