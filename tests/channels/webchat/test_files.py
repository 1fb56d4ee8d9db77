"""Her files over real HTTP into a real store: cleaned, sealed, kept once, outside whatever a web server shows."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot.app import build_webchat
from bot.core import Core, load_library
from bot.settings import Settings
from store import Store, Tx, contacts, files, tickets
from store.folder import Folder
from store.models import attachment, message
from store.staging import KEPT_SECONDS, Staging, StagingFull
from tests.bot.kit import MONDAY, interpreter
from tests.channels.webchat.pictures import bomb, photo, read
from tests.channels.webchat.test_cleaning import M4A, zipped
from tests.channels.wechat.kit import served
from tests.stages import House

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("files")
    return House(folder / "scenes", load_library(Settings(var=str(folder))), interpreter())


@dataclass
class Page:
    client: httpx.AsyncClient
    core: Core
    store: Store
    var: Path
    conversation: str | None = None
    names: list[str] = field(default_factory=list)

    async def upload(self, data: bytes, **headers: str) -> httpx.Response:
        if self.conversation:
            headers["X-Conversation"] = self.conversation
        return await self.client.post("/api/files", content=data, headers=headers)

    async def send(self, text: str = "", *, file: str | None = None, name: str | None = None) -> httpx.Response:
        letter = {"conversation": self.conversation, "id": name or f"{len(self.names):022d}", "text": text}
        self.names.append(letter["id"] or "")
        answer = await self.client.post("/api/messages", json={**letter, **({"file": file} if file else {})})
        self.conversation = self.conversation or answer.json().get("conversation")
        return answer

    async def kept(self) -> list[files.Kept]:
        def work(tx: Tx) -> list[files.Kept]:
            return [kept for her in contacts.all_of(tx) for kept in files.of_contact(tx, her)]

        return await self.store.read(work)

    def on_disk(self) -> list[Path]:
        return [path for name in ("files", "arriving") for path in (self.var / name).rglob("*") if path.is_file()]


@asynccontextmanager
async def opened(house: House, var: Path, **settings: object) -> AsyncIterator[Page]:
    async with house.core(MONDAY, Settings(var=str(var), **settings)) as (core, store, _clock):  # type: ignore[arg-type]  # settings by name
        chat = build_webchat(core)
        async with served(Starlette(routes=chat.routes())) as base, httpx.AsyncClient(base_url=base) as client:
            yield Page(client, core, store, var)


@pytest.fixture
async def page(house: House, tmp_path: Path) -> AsyncIterator[Page]:
    async with opened(house, tmp_path) as made:
        yield made


async def test_a_photo_comes_without_its_place_and_is_sealed(page: Page) -> None:
    await page.send("公司拖欠我三个月工资")
    data = photo(400, 200)
    answer = await page.upload(data)
    assert answer.status_code == 200
    assert answer.json()["kind"] == "image"
    taken = await page.send(file=answer.json()["file"])
    assert taken.status_code == 200
    assert "图片" in taken.json()["replies"][0]["text"]
    [kept] = await page.kept()
    assert (kept.kind, kept.mime, kept.gone) == ("image", "image/jpeg", False)
    assert kept.path is not None
    content = await Folder(page.store, page.var).read(kept.id, kept.path)
    assert dict(read(content).getexif()) == {}
    assert read(content).size == (200, 400)
    [path] = page.on_disk()  # one file, and nothing left where it arrived
    assert path.relative_to(page.var).as_posix() == kept.path
    sealed = path.read_bytes()
    assert not any(mark in sealed for mark in (b"\xff\xd8\xff", b"JFIF", b"Exif"))
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("data", "kind", "mime"), [(M4A, "voice", "audio/mp4"), (PDF, "file", "application/pdf")])
async def test_recordings_and_papers_come_as_they_are(page: Page, data: bytes, kind: str, mime: str) -> None:
    ticket = (await page.upload(data)).json()["file"]
    assert (await page.send(file=ticket)).status_code == 200  # the first thing she sends, without a word
    [kept] = await page.kept()
    assert (kept.kind, kept.mime, kept.size) == (kind, mime, len(data))
    assert kept.path is not None
    assert await Folder(page.store, page.var).read(kept.id, kept.path) == data


async def test_words_beside_a_picture_are_read_and_answered(page: Page) -> None:
    ticket = (await page.upload(photo())).json()["file"]
    replies = (await page.send("他拿着刀在砸门，这是照片", file=ticket)).json()["replies"]
    assert "110" in replies[0]["text"]
    [opened_ticket] = await page.store.read(
        lambda tx: [one for her in contacts.all_of(tx) for one in tickets.of_contact(tx, her)]
    )
    assert opened_ticket.danger_level == "immediate"
    assert len(await page.kept()) == 1


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        (b"", 400, "空的"),
        (zipped(), 415, "图片、录音或 PDF"),  # whatever its name ends with: no name is ever sent
        (b"<svg onload=alert(1)>", 415, "图片、录音或 PDF"),
        (bomb(6000, 5000), 415, "图片太大"),
        (photo()[:300], 415, "打不开"),
        (b"\xff\xd8\xff" + b"x" * (1024 * 1024), 413, "最多 1 MB"),
    ],
)
async def test_what_is_refused_is_said_and_nothing_is_kept(
    house: House, tmp_path: Path, data: bytes, status: int, told: str
) -> None:
    async with opened(house, tmp_path, upload_mb=1) as page:
        answer = await page.upload(data)
        assert answer.status_code == status
        assert told in answer.json()["error"]
        assert page.on_disk() == []
        assert (await page.send("还在吗")).status_code == 200  # and the conversation goes on


async def test_a_body_without_a_length_is_cut_off_while_it_comes(house: House, tmp_path: Path) -> None:
    async with opened(house, tmp_path, upload_mb=1) as page:
        host, port = str(page.client.base_url.host), page.client.base_url.port
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /api/files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(17):  # 17 x 64 KiB, and the end never comes
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()


async def test_the_same_letter_keeps_its_file_once(page: Page) -> None:
    await page.send("你好")
    ticket = (await page.upload(photo())).json()["file"]
    answers = await asyncio.gather(*(page.send(file=ticket, name="photo-1") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(page.on_disk()) == 1
    assert (await page.send(file=ticket, name="photo-1")).text == answers[0].text  # its answer was lost on the way
    anew = (await page.upload(photo())).json()["file"]  # her page had to upload it again
    assert (await page.send(file=anew, name="photo-1")).text == answers[0].text
    assert len(await page.kept()) == 1
    assert len(page.on_disk()) == 1


async def test_a_crash_between_message_and_file_is_mended_by_the_repeat(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    await page.send("你好")
    ticket = (await page.upload(photo())).json()["file"]

    async def full(*_args: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(Folder, "keep", full)
        answer = await page.send(file=ticket, name="photo-1")
    assert answer.status_code == 503
    assert "稍后" in answer.json()["error"]
    assert [one.path for one in await page.kept()] == [None]
    assert (await page.send(file=ticket, name="photo-1")).status_code == 200
    assert [one.path is not None for one in await page.kept()] == [True]
    rows = await page.store.read(lambda tx: len(tx.connection.execute(select(message.c.id)).all()))
    assert rows == 2


@pytest.mark.parametrize("ticket", ["x", "0" * 75, "../../halfsky.db", "0" * 32 + "A" * 43])
async def test_a_ticket_that_opens_nothing(page: Page, ticket: str) -> None:
    await page.send("你好")
    answer = await page.send(file=ticket)
    assert answer.status_code == 410
    assert await page.store.read(lambda tx: tx.connection.execute(select(attachment.c.id)).all()) == []
    wrongs: tuple[object, ...] = (7, [], "", "长", "x" * 300)
    for wrong in wrongs:
        letter = {"conversation": page.conversation, "id": "9", "text": "", "file": wrong}
        assert (await page.client.post("/api/messages", json=letter)).status_code == 400


async def test_without_the_page_what_waits_cannot_be_read(page: Page) -> None:
    ticket = (await page.upload(PDF)).json()["file"]
    [path] = page.on_disk()
    assert b"%PDF" not in path.read_bytes()
    assert path.name == ticket[:32]
    assert ticket[32:].encode() not in b"".join(one.read_bytes() for one in page.var.rglob("*") if one.is_file())
    other = ticket[:32] + ("A" if ticket[32] != "A" else "B") + ticket[33:]
    assert (await page.send(file=other)).status_code == 410


async def test_nothing_of_it_can_be_fetched_from_the_web(page: Page) -> None:
    ticket = (await page.upload(photo())).json()["file"]
    await page.send(file=ticket)
    [path] = page.on_disk()
    where = path.relative_to(page.var).as_posix()
    for address in (f"/{where}", f"/chat/{where}", f"/chat/../{where}", f"/chat/%2e%2e/{where}", f"/api/files/{where}"):
        assert (await page.client.get(address)).status_code in {404, 405}
    assert (await page.client.get("/api/files")).status_code == 405


async def test_another_site_cannot_upload_into_it(page: Page) -> None:
    assert (await page.upload(PDF, Origin="https://evil.example")).status_code == 403
    page.conversation = "nobody"
    assert (await page.upload(PDF)).status_code == 404
    assert page.on_disk() == []


async def test_too_many_files_wait_but_words_do_not(page: Page) -> None:
    await page.send("你好")
    answers = [await page.upload(PDF) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "自动" in answers[-1].json()["error"]
    assert (await page.send("他拿着刀在砸门")).status_code == 200
    later = [await page.send("嗯") for _ in range(25)]
    assert 429 in {answer.status_code for answer in later}
    ticket = answers[0].json()["file"]  # uploaded before, sent with words that no limit stops
    assert (await page.send("他又打我了，快来人", file=ticket)).status_code == 200


async def test_when_the_disk_is_full_words_still_arrive(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.webchat.arriving.LEAST_FREE", 10**18)
    answer = await page.upload(PDF)
    assert answer.status_code == 503
    assert "文字照样能发" in answer.json()["error"]
    assert (await page.send("你好")).status_code == 200


async def test_three_words_bring_back_that_a_picture_was_sent_and_not_the_picture(page: Page) -> None:
    await page.send("公司拖欠我三个月工资怎么办")
    replies = (await page.send("找人")).json()["replies"]
    code = re.search(r"三个词：(\S+ \S+ \S+)", "\n".join(reply["text"] for reply in replies))
    assert code
    await page.send(file=(await page.upload(photo())).json()["file"])
    lines = (await page.client.post("/api/resume", json={"words": code[1]})).json()["lines"]
    assert [line["text"] for line in lines if line["who"] == "her"][-1] == "［图片］"


def test_what_was_never_sent_goes_after_an_hour_and_never_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = Staging(tmp_path)
    old = staging.put(b"old")
    long_ago = time.time() - KEPT_SECONDS - 1
    os.utime(tmp_path / "arriving" / old[:32], (long_ago, long_ago))
    fresh = staging.put(b"fresh")
    assert staging.get(old) is None
    assert staging.get(fresh) == b"fresh"
    monkeypatch.setattr("store.staging.MOST_BYTES", 40)
    with pytest.raises(StagingFull):
        staging.put(b"x" * 40)
    staging.drop(fresh)
    staging.drop(fresh)
    assert staging.get(fresh) is None
