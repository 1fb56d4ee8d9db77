"""An open page is noted, a moment later and many at a time."""

import asyncio
from pathlib import Path

from bot.marks import Presence
from store import Store, Tx, conversations
from tests.bot.kit import Clock, Woman, open_core


async def _seen_at(store: Store, token: str) -> int | None:
    def look(tx: Tx) -> int | None:
        found = conversations.by_token(tx, token)
        assert found is not None
        return found.seen_at

    return await store.read(look)


async def test_beats_of_many_pages_are_noted_with_their_own_times(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        tokens = [(await Woman(core, clock, sender=f"her{number}").says("你好")).conversation for number in range(3)]
    before = await _seen_at(store, tokens[2])
    presence = Presence(store, clock, moment=0.05)
    clock.pass_seconds(25)
    await presence.seen(tokens[0])
    clock.pass_seconds(1)
    await presence.seen(tokens[1])
    assert await _seen_at(store, tokens[0]) == before  # nobody waits for it
    await asyncio.sleep(0.3)
    assert [await _seen_at(store, token) for token in tokens] == [clock.now - 1_000_000, clock.now, before]


async def test_it_goes_on_after_a_pause_and_after_an_unknown_token(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        token = (await Woman(core, clock).says("你好")).conversation
    presence = Presence(store, clock, moment=0.02)
    for _ in range(2):
        clock.pass_seconds(25)
        await presence.seen("nobody")
        await presence.seen(token)
        await asyncio.sleep(0.2)
        assert await _seen_at(store, token) == clock.now
