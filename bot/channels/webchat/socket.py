"""One open page: frames in, frames out, and a reply counts as read only when the page says so."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.base import Delivery, Receipt, Sent
from bot.channels.webchat.confirmations import Confirmations
from bot.channels.webchat.intake import Intake
from bot.channels.webchat.limits import Allowance
from bot.channels.webchat.ports import Ports
from bot.channels.webchat.refusal import Refusal, malformed, unknown
from bot.channels.webchat.rooms import Rooms
from bot.channels.webchat.wire import (
    BODY_LIMIT,
    Json,
    decode,
    delivery_json,
    encode,
    letter,
    refusal_json,
    replies_json,
    reply_id,
    resumed_json,
    token,
)

CONFIRM_SECONDS = 5
SILENCE_SECONDS = 90  # the page beats every 25 s
WRITE_SECONDS = 10
SIDE_FRAMES = 240  # a minute, all but messages
TOO_BIG, TRY_LATER, RESTARTING = 1009, 1013, 1012


class OpenPage:
    def __init__(self, websocket: WebSocket, *, ports: Ports, intake: Intake, rooms: Rooms) -> None:
        self._websocket = websocket
        self._ports = ports
        self._intake = intake
        self._rooms = rooms
        self._address = websocket.client.host if websocket.client else ""
        self._conversation: str | None = None
        self._replies = Confirmations()
        self._work: asyncio.Queue[Json | None] = asyncio.Queue(maxsize=20)
        self._writing = asyncio.Lock()
        self._side_frames = Allowance(SIDE_FRAMES)
        self._closed = False

    async def run(self) -> None:
        """Until she leaves; what she sent before leaving is still handled to its end."""
        worker = asyncio.create_task(self._handle_in_order())
        reader = asyncio.create_task(self._read())
        try:
            # A worker that fails (the store is down) ends the page: it reconnects and sends again.
            await asyncio.wait({worker, reader}, return_when=asyncio.FIRST_COMPLETED)
            self._leave_room()
            if not worker.done():
                await self._work.put(None)
            await worker
            await reader
        finally:
            self._leave_room()
            self._closed = True
            worker.cancel()
            reader.cancel()

    async def push(self, delivery: Delivery) -> bool:
        confirmed = self._replies.expect(delivery.reply_id)
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._send({"type": "replies", "replies": [delivery_json(delivery)]})
                await asyncio.shield(confirmed)
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._replies.forget(delivery.reply_id)

    async def hang_up(self) -> None:
        await self._close(RESTARTING)

    async def _read(self) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    raw = await self._websocket.receive_text()
            except WebSocketDisconnect:
                self._closed = True
                return
            except (TimeoutError, KeyError):  # silence, or a binary frame
                break
            if len(raw) > BODY_LIMIT or len(raw.encode("utf-8", "surrogatepass")) > BODY_LIMIT:
                await self._close(TOO_BIG)
                return
            await self._sort(raw)
        await self._close(TRY_LATER)

    async def _sort(self, raw: str) -> None:
        kind: str | None = None
        try:
            frame = decode(raw)
            kind = str(frame.get("type"))
            if kind != "message" and self._side_frames.take("", self._ports.clock()):
                await self._close(TRY_LATER)
            elif kind in {"message", "resume"}:
                await self._work.put(frame)
            elif kind == "hello":
                await self._hello(frame)
            elif kind == "ping":
                await self._catch_up(reply_id(frame.get("after")), "pong")
            elif kind == "got":
                await self._got(frame.get("ids"))
            else:
                raise malformed("不认识的 type")
        except Refusal as refusal:
            await self._send({"type": "refused", "of": kind, "id": None, **refusal_json(refusal)})

    async def _handle_in_order(self) -> None:
        while (frame := await self._work.get()) is not None:
            name = frame.get("id")
            try:
                if frame["type"] == "resume":
                    await self._resume(frame)
                else:
                    await self._message(frame)
            except Refusal as refusal:
                about = {"of": frame["type"], "id": name if isinstance(name, str) else None}
                await self._send({"type": "refused", **about, **refusal_json(refusal)})

    async def _message(self, frame: Json) -> None:
        receipt: Receipt = await self._intake.take(letter(frame), self._address)
        self._enter_room(receipt.conversation)
        self._replies.sent(reply.id for reply in receipt.replies)
        answer = {"conversation": receipt.conversation, "replies": replies_json(receipt.replies)}
        await self._send({"type": "accepted", "id": frame["id"], **answer})

    async def _resume(self, frame: Json) -> None:
        resumed = await self._intake.resume(frame.get("words"), self._address)
        self._enter_room(resumed.conversation)
        self._replies.sent(resumed.reply_ids)
        await self._send({"type": "resumed", **resumed_json(resumed)})

    async def _hello(self, frame: Json) -> None:
        conversation = token(frame.get("conversation"))
        if conversation is not None:
            self._enter_room(conversation)  # before the look into the store: nothing falls between
        await self._catch_up(reply_id(frame.get("after")), "welcome")

    async def _catch_up(self, after: str | None, kind: str) -> None:
        """What another process handed over, or a lost frame held, reaches her with the next beat."""
        replies: list[Sent] = []
        if self._conversation is not None:
            found = await self._ports.history(self._conversation, after)
            if found is None:
                self._leave_room()
                raise unknown()
            replies = found
            await self._ports.seen(self._conversation)
        self._replies.sent(reply.id for reply in replies)
        await self._send({"type": kind, "replies": replies_json(replies)})

    async def _got(self, ids: object) -> None:
        if not isinstance(ids, list):
            raise malformed("ids 应是一个列表")
        if fetched := self._replies.confirm(ids):
            await self._ports.mark(fetched)

    def _enter_room(self, conversation: str) -> None:
        if self._closed:
            return
        if conversation != self._conversation:
            self._leave_room()
            self._conversation = conversation
        self._rooms.join(conversation, self)

    def _leave_room(self) -> None:
        if self._conversation is not None:
            self._rooms.leave(self._conversation, self)
            self._conversation = None

    async def _send(self, frame: Json) -> None:
        if self._closed:
            return
        try:
            async with asyncio.timeout(WRITE_SECONDS), self._writing:
                await self._websocket.send_text(encode(frame))
        except (WebSocketDisconnect, TimeoutError):
            self._closed = True

    async def _close(self, code: int) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._websocket.close(code)
        except WebSocketDisconnect:
            return
