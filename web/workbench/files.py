"""What she sent, to hear and to see: each opening is a line in the access log before the first byte leaves."""

import asyncio
import shutil
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from store import access_log, files
from store.files import Kept
from tickets import casework as work
from tickets.errors import Refused
from web.auth.roles import may
from web.auth.visit import SCOPE_KEY, Visit
from web.desk import Desk, actor_of
from web.parts.talk import SentFile

OPENED: Final = "file.open"
SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"})
PLAYED: Final = frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav"})
PHONE: Final = frozenset({"audio/amr", "audio/speex"})  # what phones record and no browser plays
PATIENCE: Final = 20.0  # seconds for turning a minute of speech into what a browser plays
SUFFIXES: Final = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
}  # so that a double click opens it
NAMES: Final = {
    "voice": "语音",
    "image": "图片",
    "video": "视频",
    "file": "文件",
    "location": "位置",
    "contact": "名片",
}


def file_routes(desk: Desk) -> list[Route]:
    async def show(request: Request) -> Response:
        visit: Visit = request.scope[SCOPE_KEY]
        if not may(visit.who, "ticket.read"):
            return PlainTextResponse("没有权限", status_code=403)
        ticket_id, file_id = int(request.path_params["ticket_id"]), int(request.path_params["file_id"])
        try:
            kept, content = await _open(desk, visit, ticket_id, file_id)
        except Refused as refusal:
            return PlainTextResponse(refusal.message, status_code=refusal.status)
        return await _answer(kept, content)

    return [Route("/desk/ticket/{ticket_id:int}/files/{file_id:int}", show, methods=["GET"])]


def sent_files(ticket_id: int, kept: Sequence[Kept]) -> tuple[SentFile, ...]:
    return tuple(_sent(ticket_id, one) for one in kept)


def _sent(ticket_id: int, one: Kept) -> SentFile:
    name = NAMES.get(one.kind, "文件")
    if one.kind == "contact":  # a number: shown where the contact details are, after a reason
        return SentFile("", "名片（在“查看联系方式”里看）", sound=False)
    if one.kind == "location":
        return SentFile(f"/desk/ticket/{ticket_id}/files/{one.id}", f"打开{name}", sound=False)
    if one.path is None:
        return SentFile("", f"{name}{'已过期，没有取到' if one.gone else '正在取来……'}", sound=False)
    heard = one.mime in PLAYED or (one.mime in PHONE and _player() is not None)
    note = "（AMR 格式，下载后用手机听）" if one.mime in PHONE and not heard else ""
    return SentFile(f"/desk/ticket/{ticket_id}/files/{one.id}", f"打开{name}{note}", sound=heard)


async def _open(desk: Desk, visit: Visit, ticket_id: int, file_id: int) -> tuple[Kept, bytes]:
    actor, now, store = actor_of(visit.who), desk.clock(), desk.store
    ticket = await store.read(lambda tx: work.seen(tx, actor, ticket_id))
    hers = await store.read(lambda tx: files.of_contact(tx, ticket.contact_id))
    found = next((one for one in hers if one.id == file_id and (one.path is not None or one.kind == "location")), None)
    if found is None or desk.read_file is None:
        raise Refused(404, "没有这个文件")
    await store.unit(lambda tx: access_log.look(tx, actor, OPENED, ticket_id, now=now, data={"file": file_id}))
    if found.path is None:
        places = await store.read(lambda tx: files.shared(tx, ticket.contact_id, "location"))
        return found, places.get(file_id, "").encode()
    try:
        return found, await desk.read_file(file_id, found.path)
    except OSError as error:
        raise Refused(404, "文件不在了") from error


async def _answer(kept: Kept, content: bytes) -> Response:
    mime, player = kept.mime or "", _player()
    if kept.kind == "location":
        return PlainTextResponse(content)
    if mime in PHONE and player is not None:
        played = await _played(player, content)
        content, mime = (played, "audio/mpeg") if played else (content, mime)
    inline = mime in SHOWN or mime in PLAYED
    name = f"file-{kept.id}{SUFFIXES.get(mime, '')}"
    headers = {
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
    }
    # What a browser might run is never sent under its own name.
    return Response(
        content, media_type=mime if inline or mime in PHONE else "application/octet-stream", headers=headers
    )


def _player() -> str | None:
    """ffmpeg, where the operator has installed it."""
    return shutil.which("ffmpeg")


async def _played(player: str, content: bytes) -> bytes | None:
    """A phone's recording as MP3; None when it cannot be read."""
    running = await asyncio.create_subprocess_exec(
        player,
        *("-v", "error", "-i", "pipe:0", "-f", "mp3", "pipe:1"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            played, _ = await running.communicate(content)
    except TimeoutError:
        running.kill()
        await running.wait()
        return None
    return played if running.returncode == 0 and played else None
