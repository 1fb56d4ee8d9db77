"""What a channel keeps: budgets, tokens, acknowledged pushes, files; on each database."""

import asyncio
import secrets
from pathlib import Path

from store import (
    Store,
    Tx,
    budgets,
    channel_tokens,
    contacts,
    conversations,
    files,
    late_pushes,
    messages,
    outbox,
    undelivered,
)
from store.budgets import Budget, Limits
from store.folder import Folder

HOUR = 3_600_000_000
LIMITS = Limits(5, 48 * HOUR)
INBOX = "wechat:wx1"
HANDLED = messages.Handled(
    {"intent": "x", "confidence": 1.0, "danger": {"level": "none", "kind": None, "sure": True}, "model": "m"},
    handler="test",
    article=None,
    waits=False,
)


async def woman(store: Store, at: int) -> int:
    def work(tx: Tx) -> int:
        contact = contacts.create(tx, now=at)
        token = secrets.token_hex(8)
        conversations.create(tx, inbox=INBOX, address="her", token=token, contact_id=contact, now=at)
        made = conversations.by_address(tx, INBOX, "her")
        assert made is not None
        _wrote(tx, made.id, at)
        return made.id

    return await store.unit(work)


def _wrote(tx: Tx, conversation_id: int, at: int) -> None:
    before = conversations.by_id(tx, conversation_id)
    assert before is not None
    changes = conversations.Changes(state={}, topic=None, paused=False, last_in_at=at)
    conversations.advance(tx, before, changes, now=at)


async def test_a_message_of_hers_brings_a_fresh_allowance(store: Store) -> None:
    one = await woman(store, 1000)
    assert await store.read(lambda tx: budgets.of(tx, one, LIMITS)) == Budget(5, 0, 1000 + 48 * HOUR)
    spent = await asyncio.gather(*(store.unit(lambda tx: budgets.spend(tx, one, LIMITS, now=2000)) for _ in range(8)))
    assert spent.count(True) == 5  # eight at once, five taken
    await store.unit(lambda tx: budgets.give_back(tx, one))
    assert (await store.read(lambda tx: budgets.of(tx, one, LIMITS))).left(2000) == 1
    await store.unit(lambda tx: _wrote(tx, one, 3000))
    assert (await store.read(lambda tx: budgets.of(tx, one, LIMITS))).left(3000) == 5
    await store.unit(lambda tx: budgets.close(tx, one, LIMITS, why="window", now=4000))
    assert (await store.read(lambda tx: budgets.of(tx, one, LIMITS))).closed == "window"
    assert not await store.unit(lambda tx: budgets.spend(tx, one, LIMITS, now=4001))
    await store.unit(lambda tx: _wrote(tx, one, 5000))
    assert (await store.read(lambda tx: budgets.of(tx, one, LIMITS))).left(5000) == 5


async def test_a_token_is_kept_once_for_each_inbox(store: Store) -> None:
    assert await store.read(lambda tx: channel_tokens.read(tx, INBOX)) is None
    for value in ("first", "second"):
        await store.unit(lambda tx, value=value: channel_tokens.keep(tx, INBOX, value, until=9, now=1))  # type: ignore[misc]  # bound early
    kept = await store.read(lambda tx: channel_tokens.read(tx, INBOX))
    assert kept is not None
    assert (kept.value, kept.until) == ("second", 9)


async def test_an_acknowledged_push_is_kept_until_it_is_handled(store: Store) -> None:
    for _ in range(2):
        await store.unit(lambda tx: late_pushes.keep(tx, INBOX, "msg:1", {"text": "他来了"}, now=10))
    assert await store.read(lambda tx: late_pushes.left(tx, INBOX, before=10)) == []
    assert await store.read(lambda tx: late_pushes.left(tx, INBOX, before=11)) == [{"text": "他来了"}]
    await store.unit(lambda tx: late_pushes.drop(tx, INBOX, "msg:1"))
    assert await store.read(lambda tx: late_pushes.left(tx, INBOX, before=11)) == []


async def test_a_file_is_sealed_with_her_key_and_gone_with_it(store: Store, tmp_path: Path) -> None:
    one = await woman(store, 1000)
    contact = await store.read(lambda tx: conversations.contact_of(tx, one))

    def take(tx: Tx) -> int | None:
        sent = [
            messages.File("voice", "media", None, "audio/amr", None),
            messages.File("location", "1,2", None, None, None),
        ]
        return messages.take(
            tx,
            inbox=INBOX,
            external_id="msg:1",
            conversation_id=one,
            contact_id=contact,
            kind="voice",
            body="",
            sent_at=None,
            now=1000,
            handled=HANDLED,
            files=sent,
        )

    await store.unit(take)
    waiting = await store.read(lambda tx: files.waiting(tx, INBOX, since=0))
    assert [(file.remote_id, file.mime) for file in waiting] == [("media", "audio/amr")]
    assert await store.read(lambda tx: files.waiting(tx, INBOX, since=1000)) == []
    folder = Folder(store, tmp_path)
    await folder.keep(waiting[0].id, b"sound", "audio/amr")
    kept = (await store.read(lambda tx: files.of_contact(tx, contact)))[0]
    assert kept.path is not None
    assert b"sound" not in (tmp_path / kept.path).read_bytes()
    assert (tmp_path / kept.path).stat().st_mode & 0o777 == 0o600
    assert await folder.read(kept.id, kept.path) == b"sound"
    assert await store.read(lambda tx: files.waiting(tx, INBOX, since=0)) == []


async def test_words_that_reached_her_on_another_channel_need_no_call(store: Store) -> None:
    one = await woman(store, 1000)
    contact = await store.read(lambda tx: conversations.contact_of(tx, one))

    def said(tx: Tx, first: str | None) -> str:
        return outbox.add(
            tx,
            conversation_id=one,
            contact_id=contact,
            inbox=INBOX,
            text="明天九点",
            copy_of=first,
            seat_id=1,
            now=2000,
        )

    first = await store.unit(lambda tx: said(tx, None))
    copy = await store.unit(lambda tx: said(tx, first))
    assert not await store.read(lambda tx: undelivered.read_elsewhere(tx, copy))
    await store.unit(lambda tx: outbox.handed(tx, [first], now=3000))
    assert await store.read(lambda tx: undelivered.read_elsewhere(tx, copy))
    assert not await store.read(lambda tx: undelivered.read_elsewhere(tx, first))
