"""The shapes on the wire: a letter in, replies and lines out."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bot.channels.base import Delivery, Sent
from bot.channels.webchat.ports import Resumed
from bot.channels.webchat.refusal import Refusal, malformed, unknown

BODY_LIMIT = 64 * 1024
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
ID_LIMIT = 200
TICKET_LIMIT = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as the page or an integrator sends it."""

    conversation: str | None
    id: str
    text: str
    file: str | None = None  # ticket of what she uploaded before


class JsonAnswer(Response):
    """Escaped to ASCII: a lone surrogate in a text cannot break the answer."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return encode(content).encode("ascii")


def encode(content: Json) -> str:
    return json.dumps(content, separators=(",", ":"))


def decode(raw: str | bytes) -> Json:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise malformed("不是 JSON") from error
    if not isinstance(content, dict):
        raise malformed("应是一个 JSON 对象")
    return content


def letter(content: Json) -> Letter:
    name, text = content.get("id"), content.get("text")
    if not isinstance(name, str) or not 0 < len(name) <= ID_LIMIT or not name.isprintable():
        raise malformed(f"缺少 id，或它不是{ID_LIMIT}个字符以内的文字")
    file = ticket(content.get("file"))
    if not isinstance(text, str) or not (text.strip() or file):
        raise malformed("缺少 text，或它是空的")
    return Letter(conversation=token(content.get("conversation")), id=name, text=text, file=file)


def ticket(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= TICKET_LIMIT or not value.isascii():
        raise malformed("file 应是上传后得到的文字")
    return value


def token(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise malformed("conversation 应是文字或 null")
    if not TOKEN.fullmatch(value):
        raise unknown()
    return value


def reply_id(value: object) -> str | None:
    if value is None or (isinstance(value, str) and 0 < len(value) <= ID_LIMIT):
        return value
    raise malformed("after 应是一条回复的 id")


def replies_json(replies: Iterable[Sent]) -> list[Json]:
    return [
        {
            "id": reply.id,
            "text": reply.text,
            "buttons": list(reply.buttons),
            **({"staff": True} if reply.from_staff else {}),
        }
        for reply in replies
    ]


def delivery_json(delivery: Delivery) -> Json:
    return {
        "id": delivery.reply_id,
        "text": delivery.text,
        "buttons": list(delivery.buttons),
        "staff": delivery.from_staff,
    }


def resumed_json(resumed: Resumed) -> Json:
    lines = [{"who": who, "text": text, "id": name, "at": at} for who, text, name, at in resumed.lines]
    return {"conversation": resumed.conversation, "lines": lines}


def refusal_json(refusal: Refusal) -> Json:
    waiting = {} if refusal.retry_after is None else {"retry_after": refusal.retry_after}
    return {"status": refusal.status, "error": refusal.text, **waiting}
