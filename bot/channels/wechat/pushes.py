"""The fields of one push -> Push: what she said or did, and the name it keeps however often it comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.wechat.text import mend
from bot.message import TEXT_LIMIT, Attachment, Inbound

Fields = Mapping[str, str]
SECOND = 1_000_000
NAME_LIMIT = 128
VOICE_MIME = {"amr": "audio/amr", "speex": "audio/speex", "mp3": "audio/mpeg", "wav": "audio/wav"}


class Unreadable(Exception):
    """Signed by the platform, but not of the shape it promises."""


@dataclass(frozen=True, slots=True)
class Push:
    name: str  # the same for every repeat
    her: str  # her OpenID, which may look like nothing else
    account: str  # the account's original id: the passive reply comes from it
    inbound: Inbound | None = None  # None: nothing she said
    event: str | None = None  # subscribe, unsubscribe, SCAN, CLICK, VIEW, …


@dataclass(frozen=True, slots=True)
class Content:
    kind: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()


def read(fields: Fields, inbox: str, now: int) -> Push:
    """Raises Unreadable. `now` in UTC microseconds."""
    her, account = _name(fields, "FromUserName"), _name(fields, "ToUserName")
    created = _number(fields, "CreateTime")
    if fields.get("MsgType") == "event":
        event = _name(fields, "Event")
        name = f"event:{her}:{created}:{event}"
        key = fields.get("EventKey", "")
        if event != "CLICK" or not key.strip():
            return Push(name, her, account, event=event)
        content = Content("button", key)  # the menu's keys are words she might have typed
    else:
        event = None
        name = f"msg:{_number(fields, 'MsgId')}"
        content = READERS.get(fields.get("MsgType", ""), _file)(fields)
    inbound = Inbound(
        inbox=inbox,
        external_id=name,
        sender=her,
        text=mend(content.text)[:TEXT_LIMIT],
        received_at=now,
        kind=content.kind,
        sent_at=created * SECOND,
        attachments=content.attachments,
        same_breath=True,
    )
    return Push(name, her, account, inbound, event)


def restored(body: Mapping[str, Any]) -> Push:
    """A push that was kept as plain values (dataclasses.asdict)."""
    values = dict(body)
    said = values.pop("inbound")
    if said is None:
        return Push(**values)
    attachments = tuple(Attachment(**one) for one in said.pop("attachments"))
    return Push(**values, inbound=Inbound(**said, attachments=attachments))


def _text(fields: Fields) -> Content:
    pressed = "bizmsgmenuid" in fields  # a choice of a menu message comes back as its words
    return Content("button" if pressed else "text", fields.get("Content", ""))


def _voice(fields: Fields) -> Content:
    """With the platform's recognition it reads like a text; staff can hear it in any case."""
    form = fields.get("Format", "").lower()
    sound = Attachment("voice", _name(fields, "MediaId"), mime=VOICE_MIME.get(form, "audio/amr"))
    return Content("voice", fields.get("Recognition", ""), (sound,))


def _image(fields: Fields) -> Content:
    return Content("image", attachments=(Attachment("image", _name(fields, "MediaId"), mime="image/jpeg"),))


def _video(fields: Fields) -> Content:
    return Content("video", attachments=(Attachment("video", _name(fields, "MediaId"), mime="video/mp4"),))


def _location(fields: Fields) -> Content:
    try:
        place = f"{float(fields['Location_X'])},{float(fields['Location_Y'])}"
    except (LookupError, ValueError) as error:
        raise Unreadable("location") from error
    return Content("location", attachments=(Attachment("location", place, name=fields.get("Label") or None),))


def _link(fields: Fields) -> Content:
    """A page she shares: its title is what she wants to say."""
    parts = (fields.get("Title", ""), fields.get("Description", ""), fields.get("Url", ""))
    return Content("text", "\n".join(part for part in parts if part.strip()))


def _file(_fields: Fields) -> Content:
    """Of a kind the platform does not hand over (a mini program card, a file): she is told like for any file."""
    return Content("file")


READERS: dict[str, Callable[[Fields], Content]] = {
    "text": _text,
    "voice": _voice,
    "image": _image,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}


def _name(fields: Fields, field: str) -> str:
    value = fields.get(field, "")
    if not 0 < len(value) <= NAME_LIMIT or not value.isprintable():
        raise Unreadable(field)
    return value


def _number(fields: Fields, field: str) -> int:
    value = fields.get(field, "")
    if not value.isdecimal() or not value.isascii() or len(value) > 20:
        raise Unreadable(field)
    return int(value)
