"""A Bot API server on loopback: real HTTP and long polling, strict about parameters, failing on demand.

`say`, `press`, `push` are what people do; `messages(chat)` is what they read; `complaints` is what a strict server
found wrong in the calls it got (a test ends with it being empty).
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.telegram_push import Pusher
from tests.telegram_rules import METHODS, BadRequest, checked
from tests.telegram_wire import Answer, Request, Wire

TOKEN = "712345678:AAE-loopback_only-0123456789abcdefg"
BOT = {"id": 712345678, "is_bot": True, "first_name": "半边天", "username": "halfsky_loopback_bot"}
Json = dict[str, Any]
FILE_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    parameters: Json
    at: float


@dataclass(slots=True)
class Message:
    """One message as she sees it in her app."""

    id: int
    chat: int
    text: str
    keyboard: list[list[Json]] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        return [str(button["text"]) for row in self.keyboard for button in row]


def fault(status: int, description: str = "", *, retry_after: int | None = None) -> Answer:
    """An answer as the Bot API words its refusals."""
    body: Json = {"ok": False, "error_code": status, "description": description or f"Error {status}"}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return Answer(status, json.dumps(body).encode())


class TelegramApi:
    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.blocked: set[int] = set()
        self.known: set[int] = set()  # chats that exist: whoever wrote to the bot
        self.commands: list[Json] = []
        self.webhook = ""
        self.secret = ""
        self.files: dict[str, bytes] = {}  # what lies behind a file id
        self.slow: dict[str, float] = {}  # seconds until a method is answered
        self.groups: dict[int, str] = {}  # titles of the groups the bot is in
        self.forgotten = 0  # every update below it was confirmed
        self._wire = Wire(self._serve)
        self._updates: list[Json] = []
        self._next_update = 100_000_001
        self._next_message = 1
        self._messages: list[Message] = []
        self._faults: dict[str, deque[Answer]] = defaultdict(deque)
        self._queries: set[str] = set()
        self._allowed: list[str] | None = None
        self._news = asyncio.Condition()
        self._polling: asyncio.Event | None = None
        self.pusher = Pusher(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._wire.port}"

    async def start(self) -> None:
        await self._wire.start()

    async def stop(self) -> None:
        await self.pusher.stop()
        await self._wire.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # What people do.

    def push(self, update: Json) -> int:
        """Queue a raw update; without an `update_id` it gets the next one."""
        update = {"update_id": self._next_update, **update}
        if isinstance(update["update_id"], int):
            self._next_update = update["update_id"] + 1
        kinds = update.keys() - {"update_id"}
        for body in (update[kind] for kind in kinds):
            chat = body.get("chat") or body.get("message", {}).get("chat")
            if isinstance(chat, dict):
                self.known.add(chat["id"])
        if self._allowed is None or not kinds or kinds & set(self._allowed):
            self._updates.append(update)
            self.pusher.news()
            asyncio.get_running_loop().create_task(self._wake())
        return int(update["update_id"]) if isinstance(update["update_id"], int) else 0

    def say(self, chat: int, text: str, **more: Any) -> int:
        return self.push({"message": {**self._frame(chat), "text": text, **more}})

    def press(self, chat: int, which: int | str = 0) -> int:
        """She presses a button of the newest message in her chat that has any."""
        message = next(message for message in reversed(self._messages) if message.chat == chat and message.keyboard)
        index = message.buttons.index(which) if isinstance(which, str) else which
        data = [button["callback_data"] for row in message.keyboard for button in row][index]
        query = str(4_000_000_000 + self._next_update)
        self._queries.add(query)
        shown = {
            **self._frame(chat),
            "message_id": message.id,
            "from": BOT,
            "text": message.text,
            "reply_markup": {"inline_keyboard": message.keyboard},
        }
        her = {"id": chat, "is_bot": False, "first_name": "来访者"}
        return self.push(
            {"callback_query": {"id": query, "from": her, "message": shown, "chat_instance": "1", "data": data}}
        )

    def messages(self, chat: int) -> list[Message]:
        return [message for message in self._messages if message.chat == chat]

    def fail(self, method: str, *answers: Answer) -> None:
        """The next calls of `method` get these answers instead."""
        self._faults[method].extend(answers)

    def expect_query(self, query: str) -> None:
        self._queries.add(query)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def waiting(self) -> list[int]:
        """Ids of the updates not confirmed yet."""
        return [update["update_id"] for update in self._updates]

    def edit(self, chat: int, message_id: int, text: str) -> int:
        """She changes what she wrote."""
        changed = {**self._frame(chat), "message_id": message_id, "text": text, "edit_date": int(time.time())}
        return self.push({"edited_message": changed})

    def place_of(self, update_id: int) -> int:
        """The message id of a waiting update."""
        update = next(update for update in self._updates if update["update_id"] == update_id)
        return int(update["message"]["message_id"])

    def forget(self, update_id: int) -> None:
        """It was taken by the webhook."""
        self._updates = [update for update in self._updates if update["update_id"] != update_id]
        self.forgotten = max(self.forgotten, update_id + 1)

    @property
    def pending(self) -> list[Json]:
        return list(self._updates)

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("it never happened")
            await asyncio.sleep(0.01)

    # What the bot calls.

    async def _serve(self, request: Request) -> Answer:
        parts = request.path.strip("/").split("/")
        if parts[0] == "file":
            return self._file(parts)
        if len(parts) != 2 or not parts[0].startswith("bot"):
            return fault(404, "Not Found")
        if parts[0] != f"bot{self.token}":
            return fault(401, "Unauthorized")
        method = parts[1]
        if method not in METHODS:
            self.complaints.append(f"{method}: unknown method")
            return fault(404, "Not Found: method not found")
        try:
            given = checked(method, request.parameters)
        except BadRequest as error:
            self.complaints.append(f"{method}: {error}")
            return fault(400, f"Bad Request: {error}")
        self.calls.append(Call(method, given, time.monotonic()))
        await asyncio.sleep(self.slow.get(method, 0))
        if self._faults[method]:
            return self._faults[method].popleft()
        answer = await getattr(self, f"_{method}")(given)
        return (
            answer if isinstance(answer, Answer) else Answer(200, json.dumps({"ok": True, "result": answer}).encode())
        )

    async def _getMe(self, _given: Json) -> Json:  # noqa: N802 - the Bot API's own name, found by getattr
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _deleteWebhook(self, given: Json) -> bool:  # noqa: N802 - as above
        self.webhook = self.secret = ""
        if given.get("drop_pending_updates"):
            self._updates.clear()
        return True

    async def _setMyCommands(self, given: Json) -> bool:  # noqa: N802 - as above
        self.commands = given["commands"]
        return True

    async def _getFile(self, given: Json) -> Json | Answer:  # noqa: N802 - as above
        content = self.files.get(given["file_id"])
        if content is None:
            return fault(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > FILE_LIMIT:
            return fault(400, "Bad Request: file is too big")
        shown = {"file_id": given["file_id"], "file_unique_id": "u", "file_size": len(content)}
        return {**shown, "file_path": f"documents/{given['file_id']}"}

    def _file(self, parts: list[str]) -> Answer:
        if self._faults["file"]:
            return self._faults["file"].popleft()
        if parts[1] != f"bot{self.token}" or parts[-1] not in self.files:
            return fault(404, "Not Found")
        return Answer(200, self.files[parts[-1]], kind="application/octet-stream")

    async def _getChat(self, given: Json) -> Json | Answer:  # noqa: N802 - as above
        if given["chat_id"] not in self.groups:
            return fault(400, "Bad Request: chat not found")
        title = self.groups[given["chat_id"]]
        return {"id": given["chat_id"], "type": "group", "title": title, "accent_color_id": 1, "max_reaction_count": 1}

    async def _setWebhook(self, given: Json) -> bool:  # noqa: N802 - as above
        self.webhook, self.secret = given["url"], given.get("secret_token", "")
        self._allowed = given.get("allowed_updates", self._allowed)
        if self._polling is not None:
            self._polling.set()
        self.pusher.news()
        return True

    async def _getWebhookInfo(self, _given: Json) -> Json:  # noqa: N802 - as above
        info: Json = {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        return {**info, **self.pusher.last_error}

    async def _getUpdates(self, given: Json) -> list[Json] | Answer:  # noqa: N802 - as above
        if self.webhook:
            return fault(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._polling is not None:
            self._polling.set()
        mine = self._polling = asyncio.Event()
        self._allowed = given.get("allowed_updates", self._allowed)
        self._forget(given.get("offset", 0))
        try:
            await self._wait(mine, given.get("timeout", 0))
            if mine.is_set():
                return fault(409, "Conflict: terminated by other getUpdates request")
            return self._updates[: given.get("limit", 100)]
        finally:
            if self._polling is mine:
                self._polling = None

    def _forget(self, offset: int) -> None:
        """As the real server: an offset confirms all below it; one far in the future is taken for a mistake."""
        ids = [update["update_id"] for update in self._updates]
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset and not (ids and offset > max(ids) + 10):
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            self.forgotten = max(self.forgotten, offset)

    async def _wait(self, mine: asyncio.Event, seconds: float) -> None:
        async with self._news:
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait_for(lambda: bool(self._updates) or mine.is_set())
            except TimeoutError:
                return

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _sendMessage(self, given: Json) -> Json | Answer:  # noqa: N802 - as above
        chat = given["chat_id"]
        if chat in self.blocked:
            return fault(403, "Forbidden: bot was blocked by the user")
        if chat not in self.known and chat not in self.groups:
            return fault(400, "Bad Request: chat not found")
        keyboard = given.get("reply_markup", {}).get("inline_keyboard", [])
        frame = self._frame(chat)
        self._messages.append(Message(frame["message_id"], chat, given["text"].strip(), keyboard))
        return {**frame, "from": BOT, "text": given["text"]}

    async def _editMessageReplyMarkup(self, given: Json) -> bool | Answer:  # noqa: N802 - as above
        for message in self._messages:
            if (message.chat, message.id) == (given["chat_id"], given["message_id"]):
                message.keyboard = given.get("reply_markup", {}).get("inline_keyboard", [])
                return True
        return fault(400, "Bad Request: message to edit not found")

    async def _answerCallbackQuery(self, given: Json) -> bool | Answer:  # noqa: N802 - as above
        if given["callback_query_id"] not in self._queries:
            return fault(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(given["callback_query_id"])
        return True

    def _frame(self, chat: int) -> Json:
        self._next_message += 1
        kind: Json = {"type": "private", "first_name": "来访者"} if chat > 0 else {"type": "group", "title": "群"}
        sender = {"id": abs(chat), "is_bot": False, "first_name": "来访者", "language_code": "zh-hans"}
        return {
            "message_id": self._next_message,
            "from": sender,
            "chat": {"id": chat, **kind},
            "date": int(time.time()),
        }
