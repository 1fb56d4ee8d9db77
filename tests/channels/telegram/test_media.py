"""What she sends besides words: fetched at once, sealed with her key, never more than the limit, and never lost."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store, conversations, files
from store.files import Kept
from store.folder import Folder
from tests.channels.telegram.kit import INBOX, Desk, running
from tests.channels.telegram.test_updates import load
from tests.telegram_api import TelegramApi, fault
from tests.telegram_wire import Answer

HER = 5550001
KINDS = {
    "photo": ("image", "image/jpeg"),
    "voice": ("voice", "audio/ogg"),
    "video": ("video", "video/mp4"),
    "video_note": ("video", "video/mp4"),
    "animation": ("video", "video/mp4"),
    "document": ("file", "application/pdf"),
}


@pytest.fixture
def desk(one_store: Store) -> Desk:
    return Desk(one_store)


def remote(name: str) -> str:
    body = load(name)["message"]
    part = next(
        body[field] for field in ("photo", "voice", "video", "video_note", "animation", "document") if field in body
    )
    return str(part[-1]["file_id"] if isinstance(part, list) else part["file_id"])


def send(api: TelegramApi, name: str, content: bytes | None) -> int:
    if content is not None:
        api.files[remote(name)] = content
    return api.push({kind: body for kind, body in load(name).items() if kind != "update_id"})


async def hers(store: Store) -> list[Kept]:
    found = await store.read(lambda tx: conversations.by_address(tx, INBOX, str(HER)))
    return [] if found is None else await store.read(lambda tx: files.of_contact(tx, found.contact_id))


async def until(store: Store, done: Callable[[list[Kept]], bool]) -> list[Kept]:
    async with asyncio.timeout(20):
        while not done(found := await hers(store)):  # noqa: ASYNC110 - another process might keep it
            await asyncio.sleep(0.05)
    return found


@pytest.mark.parametrize("name", KINDS)
async def test_each_kind_is_fetched_and_sealed(
    api: TelegramApi, one_store: Store, desk: Desk, tmp_path: Path, name: str
) -> None:
    content = b"what she sent: " + name.encode() * 1000
    folder = Folder(one_store, tmp_path)
    send(api, name, content)
    async with running(api, one_store, desk.receive, keep=folder.keep):
        (kept,) = await until(one_store, lambda found: bool(found) and found[0].path is not None)
    assert (kept.kind, kept.mime, kept.size) == (*KINDS[name], len(content))
    assert kept.path is not None
    assert await folder.read(kept.id, kept.path) == content
    assert content[:20] not in (tmp_path / kept.path).read_bytes()


async def test_an_old_link_a_limit_and_a_pause_are_tried_again(
    api: TelegramApi, one_store: Store, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.fetching.backoff", lambda _tries: 0.01)
    api.fail("getFile", fault(429, retry_after=0), fault(500), Answer(200, b"<html>portal</html>"))
    api.fail("file", fault(404, "Not Found"), Answer(200, b"half", cut="half"), Answer(200, b"", cut="reset"))
    send(api, "voice", b"OggS")
    monkeypatch.setattr("bot.channels.fetching.EVERY", 0.05)
    async with running(api, one_store, desk.receive, keep=Folder(one_store, tmp_path).keep):
        (kept,) = await until(one_store, lambda found: bool(found) and found[0].path is not None)
    assert kept.size == 4
    assert len(api.called("getFile")) == 7, "a new link for every download"


@pytest.mark.parametrize("announced", [True, False])
async def test_too_much_is_given_up_and_not_kept_in_memory(
    api: TelegramApi, one_store: Store, desk: Desk, tmp_path: Path, announced: bool
) -> None:
    send(api, "document", b"x" * 20_000_001 if announced else b"x")
    if not announced:
        api.fail("file", Answer(200, b"x" * 20_000_001))
    async with running(api, one_store, desk.receive, keep=Folder(one_store, tmp_path).keep):
        (kept,) = await until(one_store, lambda found: bool(found) and found[0].gone)
    assert kept.path is None
    assert not (tmp_path / "files").exists()


async def test_a_file_telegram_no_longer_has(api: TelegramApi, one_store: Store, desk: Desk, tmp_path: Path) -> None:
    send(api, "voice", None)
    async with running(api, one_store, desk.receive, keep=Folder(one_store, tmp_path).keep):
        (kept,) = await until(one_store, lambda found: bool(found) and found[0].gone)
    assert kept.path is None


async def test_what_a_dead_process_left_is_fetched_by_the_next(
    api: TelegramApi, one_store: Store, desk: Desk, tmp_path: Path
) -> None:
    async def broken(_attachment: int, _content: bytes, _mime: str) -> None:
        raise OSError("the disk is full")

    last = send(api, "photo", b"jpeg")
    async with running(api, one_store, desk.receive, keep=broken):
        await api.until(lambda: api.forgotten == last + 1)
        await api.until(lambda: bool(api.called("getFile")))
    async with running(api, one_store, desk.receive, "one", keep=Folder(one_store, tmp_path).keep):
        (kept,) = await until(one_store, lambda found: bool(found) and found[0].path is not None)
    assert kept.size == 4
