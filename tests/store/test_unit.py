"""A unit of work is committed whole, or not at all, and nobody hears of it before."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from store import Store, Tx, contacts, conversations, messages, open_store, outbox
from store.errors import KeyErased, KeysMissing, NewerSchema, Stale, StoreError
from store.rows import Conversation

NOW = 1_790_000_000_000_000
Way = Callable[[Callable[[Tx], bool]], Awaitable[bool]]
HANDLED = messages.Handled(
    understanding={
        "intent": "smalltalk_greet",
        "confidence": 1.0,
        "danger": {"level": "none", "kind": None, "sure": True, "confidence": 1.0},
        "model": "test",
    },
    handler="smalltalk",
    article=None,
    waits=False,
)


def _new(tx: Tx, address: str) -> int:
    contact_id = contacts.create(tx, now=NOW)
    token = f"t-{address}"
    return conversations.create(tx, inbox="web", address=address, token=token, contact_id=contact_id, now=NOW).id


async def test_a_failing_work_undoes_only_itself(store: Store) -> None:
    def fails(tx: Tx) -> None:
        _new(tx, "lost")
        raise ValueError("no")

    results = await asyncio.gather(
        *(store.unit(lambda tx, n=n: _new(tx, f"kept{n}")) for n in range(20)),  # type: ignore[misc]  # bound early
        store.unit(fails),
        return_exceptions=True,
    )
    assert isinstance(results[-1], ValueError)
    assert await store.read(lambda tx: conversations.by_address(tx, "web", "lost")) is None
    for n in range(20):
        found = await store.read(lambda tx, n=n: conversations.by_address(tx, "web", f"kept{n}"))  # type: ignore[misc]
        assert found is not None


async def test_the_rollback_of_a_savepoint_leaves_no_row_behind(store: Store) -> None:
    """With the driver's own BEGIN a row outlived the outer rollback."""

    def fails(tx: Tx) -> None:
        _new(tx, "ghost")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.unit(fails)
    count = await store.read(lambda tx: tx.connection.execute(text("SELECT count(*) FROM contact")).scalar_one())
    assert count == 0


async def test_every_caller_hears_of_his_own_work_only(store: Store) -> None:
    """Many looks and works share a thread and wake the loop together; StopIteration is nothing a future can carry."""
    await store.unit(lambda tx: _new(tx, "there"))

    def raises(error: Exception) -> Callable[[Tx], bool]:
        def work(_tx: Tx) -> bool:
            raise error

        return work

    def there(tx: Tx) -> bool:
        return conversations.by_address(tx, "web", "there") is not None

    ways: tuple[Way, ...] = (store.glance, store.unit, store.read)
    for way in ways:
        results: list[object] = await asyncio.gather(
            *(way(there) for _ in range(40)), way(raises(ValueError("mine"))), way(there), return_exceptions=True
        )
        assert [result for result in results if result is not True] == [results[40]]
        assert isinstance(results[40], ValueError)
    for way in ways[:2]:
        if store.dialect == "sqlite":  # elsewhere each work has a thread and a future of its own
            refused = asyncio.ensure_future(way(raises(StopIteration())))
            assert await way(there)
            with pytest.raises(RuntimeError):
                await refused


async def test_a_caller_who_left_hinders_nobody(store: Store) -> None:
    gone = [asyncio.ensure_future(store.unit(lambda tx, n=n: _new(tx, f"gone{n}"))) for n in range(5)]  # type: ignore[misc]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await store.unit(lambda tx: _new(tx, "stayed"))
    assert await store.glance(lambda tx: conversations.by_address(tx, "web", "stayed")) is not None
    assert all(isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*gone, return_exceptions=True))


async def test_what_is_created_is_what_is_found(store: Store) -> None:
    def both(tx: Tx) -> tuple[Conversation, Conversation | None]:
        contact_id = contacts.create(tx, now=NOW)
        made = conversations.create(tx, inbox="web", address="a", token="t", contact_id=contact_id, now=NOW)
        return made, conversations.by_id(tx, made.id)

    made, found = await store.unit(both)
    assert made == found


async def test_the_same_message_is_taken_once_by_many_at_a_time(store: Store) -> None:
    conversation_id = await store.unit(lambda tx: _new(tx, "a"))

    def take(tx: Tx) -> int | None:
        return messages.take(
            tx,
            inbox="web",
            external_id="same",
            conversation_id=conversation_id,
            contact_id=1,
            kind="text",
            body="你好",
            sent_at=None,
            now=NOW,
            handled=HANDLED,
        )

    taken = await asyncio.gather(*(store.unit(take) for _ in range(50)))
    assert sum(1 for one in taken if one is not None) == 1


async def test_news_arrive_after_the_commit(store: Store) -> None:
    conversation_id = await store.unit(lambda tx: _new(tx, "a"))
    heard: list[frozenset[str]] = []
    stop = store.listen(heard.append)
    await asyncio.sleep(0.3)  # PostgreSQL's listener connects
    await store.unit(
        lambda tx: outbox.add(tx, conversation_id=conversation_id, contact_id=1, inbox="web", text="好", now=NOW)
    )
    for _ in range(100):
        if heard:
            break
        await asyncio.sleep(0.02)
    stop()
    assert any(outbox.TOPIC in topics for topics in heard)


async def test_what_she_wrote_is_unreadable_on_disk_and_after_erasing(store: Store, tmp_path: Path) -> None:
    def write(tx: Tx) -> int:
        conversation_id = _new(tx, "openid-canary")
        message_id = messages.take(
            tx,
            inbox="web",
            external_id="1",
            conversation_id=conversation_id,
            contact_id=1,
            kind="text",
            body="金丝雀之言",
            sent_at=None,
            now=NOW,
            handled=HANDLED,
        )
        assert message_id is not None
        return message_id

    message_id = await store.unit(write)
    assert await store.read(lambda tx: messages.body(tx, message_id)) == "金丝雀之言"
    raw = b"".join(file.read_bytes() for file in files(tmp_path))
    assert raw or store.dialect != "sqlite"
    assert "金丝雀之言".encode() not in raw
    assert b"openid-canary" not in raw
    await store.unit(lambda tx: contacts.erase(tx, 1))
    with pytest.raises(KeyErased):
        await store.read(lambda tx: messages.body(tx, message_id))


def files(folder: Path) -> list[Path]:
    return list(folder.glob("halfsky.db*"))


async def test_a_conversation_that_moved_on_is_stale(store: Store) -> None:
    await store.unit(lambda tx: _new(tx, "a"))
    before = await store.read(lambda tx: conversations.by_token(tx, "t-a"))
    assert before is not None
    changes = conversations.Changes(state={}, topic=None, paused=False, last_in_at=NOW)
    await store.unit(lambda tx: conversations.advance(tx, before, changes, now=NOW))
    with pytest.raises(Stale):
        await store.unit(lambda tx: conversations.advance(tx, before, changes, now=NOW))


async def test_data_without_its_key_is_refused(store: Store, store_url: str, tmp_path: Path) -> None:
    await store.unit(lambda tx: _new(tx, "a"))
    with pytest.raises(KeysMissing):
        open_store(store_url, tmp_path / "elsewhere" / "master.json")


async def test_a_newer_database_is_refused(store: Store, store_url: str, tmp_path: Path) -> None:
    await store.unit(lambda tx: tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NewerSchema):
        open_store(store_url, tmp_path / "keys" / "master.json")


async def test_a_value_sealed_for_one_contact_opens_for_nobody_else(store: Store) -> None:
    def cross(tx: Tx) -> str:
        one, two = contacts.create(tx, now=NOW), contacts.create(tx, now=NOW)
        return contacts.sealer(tx, two).open(contacts.sealer(tx, one).seal("她的话"))

    with pytest.raises(StoreError):
        await store.unit(cross)


async def test_claimed_rows_keep_the_order_of_their_conversation(store: Store) -> None:
    def two(tx: Tx) -> None:
        conversation_id = _new(tx, "a")
        for words in ("一", "二"):
            outbox.add(tx, conversation_id=conversation_id, contact_id=1, inbox="web", text=words, now=NOW)

    await store.unit(two)
    first = await store.unit(lambda tx: outbox.claim(tx, ["web"], now=NOW))
    assert [row.text for row in first] == ["一"]
    assert await store.unit(lambda tx: outbox.claim(tx, ["web"], now=NOW)) == []
    await store.unit(lambda tx: outbox.settle(tx, first[0].id, "sent", now=NOW))
    second = await store.unit(lambda tx: outbox.claim(tx, ["web"], now=NOW))
    assert [row.text for row in second] == ["二"]
