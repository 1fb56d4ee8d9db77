"""One raw update of the Bot API -> Reading: what she said, or what the channel itself has to do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.attachments import content, own_number
from bot.channels.telegram.text import mend
from bot.channels.telegram.words import COMMANDS, SETUP
from bot.message import TEXT_LIMIT, Inbound

Json = Mapping[str, Any]
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
GROUPS = frozenset({"group", "supergroup"})
COMMAND = re.compile(r"/([A-Za-z_]+|[\u4e00-\u9fff]{2,5})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")
BUTTON = re.compile(r"b:(\d{1,3})")


class Unreadable(Exception):
    """The update has not the shape the Bot API promises."""


@dataclass(frozen=True, slots=True)
class Reading:
    update_id: int
    chat: str = ""  # one chat is handled in order
    inbound: Inbound | None = None  # None: nothing she said
    callback: str | None = None  # a pressed button waits for this answer
    group: int | None = None  # a group to be told, once, that this is for private chats
    asks_id: bool = False  # it wants to know its id


@dataclass(frozen=True, slots=True)
class Reader:
    """`mac` seals what would otherwise show her address in the clear column of external ids."""

    inbox: str
    mac: Callable[[str], str]

    def read(self, update: Json, now: int) -> Reading:
        """Read raw JSON, not PTB's objects: a new kind of entity must not cost us her words."""
        try:
            reading = self._read(update, now)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from error
        return reading

    def _read(self, update: Json, now: int) -> Reading:
        if "message" in update:
            return self._message(update["update_id"], update["message"], now)
        if "edited_message" in update:
            return self._edit(update["update_id"], update["edited_message"], now)
        if "callback_query" in update:
            return self._button(update["update_id"], update["callback_query"], now)
        if "my_chat_member" in update:
            return self._member(update["update_id"], update["my_chat_member"])
        return Reading(update["update_id"])

    def _message(self, update_id: int, message: Json, now: int) -> Reading:
        chat = message["chat"]
        if chat["type"] in GROUPS:
            return _group(update_id, message)
        found = content(message)
        if chat["type"] != "private" or found is None:
            return Reading(update_id, chat=str(chat["id"]))
        kind, attachments = found
        inbound = Inbound(
            inbox=self.inbox,
            external_id=self._name(message),
            sender=str(int(chat["id"])),
            text=_said(message),
            received_at=now,
            kind=kind,
            sent_at=_micros(message.get("date")),
            attachments=attachments,
            number=own_number(message),
        )
        return Reading(update_id, chat=inbound.sender, inbound=inbound)

    def _edit(self, update_id: int, message: Json, now: int) -> Reading:
        chat = message["chat"]
        text = message.get("text", message.get("caption"))
        if chat["type"] != "private" or text is None:  # a live location moves every few seconds
            return Reading(update_id, chat=str(chat["id"]))
        # Telegram repeats an edit under a new update id (a link preview appears), and two edits may share a second:
        # a version is named by place, time and words.
        version = f"{_place(message)}:edit:{message.get('edit_date')}:{text}"
        inbound = Inbound(
            inbox=self.inbox,
            external_id=f"edit:{self.mac(version)}",
            sender=str(int(chat["id"])),
            text=_said(message),
            received_at=now,
            kind="edit",
            sent_at=_micros(message.get("edit_date")),
            corrects=self._name(message),
        )
        return Reading(update_id, chat=inbound.sender, inbound=inbound)

    def _name(self, message: Json) -> str:
        """By its place, not by its update: after a quiet week Telegram draws update ids anew, and may repeat one."""
        return f"message:{self.mac(_place(message))}"

    def _button(self, update_id: int, query: Json, now: int) -> Reading:
        message = query.get("message") or {}
        chat = message.get("chat") or {}
        callback = str(query["id"])
        label = _label(message, query.get("data"))
        if chat.get("type") != "private" or label is None:
            return Reading(update_id, chat=str(chat.get("id", "")), callback=callback)
        inbound = Inbound(
            inbox=self.inbox,
            external_id=f"press:{callback}",
            sender=str(int(chat["id"])),
            text=mend(label),
            received_at=now,
            kind="button",
        )
        return Reading(update_id, chat=inbound.sender, inbound=inbound, callback=callback)

    def _member(self, update_id: int, change: Json) -> Reading:
        chat = change["chat"]
        joined = change["new_chat_member"]["status"] in {"member", "administrator"}
        told = chat["type"] in GROUPS and joined
        return Reading(update_id, chat=str(chat["id"]), group=int(chat["id"]) if told else None)


def _place(message: Json) -> str:
    return f"{int(message['chat']['id'])}:{int(message['message_id'])}"


def _group(update_id: int, message: Json) -> Reading:
    chat, text = message["chat"], message.get("text", message.get("caption"))
    found = COMMAND.fullmatch(text.strip()) if isinstance(text, str) else None
    asks = found is not None and found[1].lower() == SETUP
    return Reading(update_id, str(chat["id"]), group=None if text is None else int(chat["id"]), asks_id=asks)


def _said(message: Json) -> str:
    if "poll" in message:
        return mend(str(message["poll"]["question"]))[:TEXT_LIMIT]
    text = message.get("text", message.get("caption", ""))
    if not isinstance(text, str):
        raise TypeError("text")
    return _command(mend(text))[:TEXT_LIMIT]


def _command(text: str) -> str:
    """A command in her words; whatever she wrote behind it stays."""
    found = COMMAND.fullmatch(text.strip())
    word = None if found is None else (found[1] if found[1][0] > "z" else COMMANDS.get(found[1].lower()))
    if found is None or word is None:
        return text
    rest = (found[2] or "").strip()
    if not rest or (found[1].lower() == "start" and DEEP_LINK.fullmatch(rest)):
        return word
    return f"{word}，{rest}"


def _label(message: Json, data: Any) -> str | None:
    """The words on the pressed button, from the keyboard under the very message."""
    found = BUTTON.fullmatch(data) if isinstance(data, str) else None
    if found is None or not message.get("reply_markup"):
        return None
    for row in message["reply_markup"]["inline_keyboard"]:
        for button in row:
            if button.get("callback_data") == data:
                return str(button["text"])
    return None


def _micros(seconds: Any) -> int | None:
    return seconds * 1_000_000 if isinstance(seconds, int) and seconds > 0 else None
