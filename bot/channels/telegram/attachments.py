"""What a message carries besides text, as kind and attachments."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.telegram.files import LARGEST
from bot.message import Attachment

Json = Mapping[str, Any]
Content = tuple[str, tuple[Attachment, ...]]  # Inbound.kind, attachments


def _file(kind: str) -> Callable[[Any], Attachment]:
    def read(body: Any) -> Attachment:
        return Attachment(
            kind=kind,
            remote_id=str(body["file_id"]),
            name=_text(body.get("file_name")),
            mime=_text(body.get("mime_type")),
            size=_number(body.get("file_size")),
        )

    return read


def _photo(sizes: Any) -> Attachment:
    return _file("image")(max(sizes, key=lambda size: int(size["width"]) * int(size["height"])))


def _sticker(body: Any) -> Attachment:
    return Attachment(kind="sticker", remote_id=str(body["file_id"]), name=_text(body.get("emoji")))


def _dice(body: Any) -> Attachment:
    return Attachment(kind="sticker", remote_id="dice", name=_text(body.get("emoji")))


def _location(body: Any) -> Attachment:
    return Attachment(kind="location", remote_id=f"{float(body['latitude'])},{float(body['longitude'])}")


def _venue(body: Any) -> Attachment:
    place = _location(body["location"])
    return Attachment(kind="location", remote_id=place.remote_id, name=f"{body['title']} {body['address']}")


def _contact(body: Any) -> Attachment:
    name = " ".join(part for part in (body.get("first_name"), body.get("last_name")) if part)
    return Attachment(kind="contact", remote_id=str(body["phone_number"]), name=name or None)


# Order matters: an animation also comes as a document, a venue also as a location.
READERS: tuple[tuple[str, Callable[[Any], Attachment]], ...] = (
    ("photo", _photo),
    ("voice", _file("voice")),
    ("audio", _file("voice")),
    ("video", _file("video")),
    ("video_note", _file("video")),
    ("animation", _file("video")),
    ("document", _file("file")),
    ("venue", _venue),
    ("location", _location),
    ("contact", _contact),
    ("sticker", _sticker),
    ("dice", _dice),
)
# Shown by her app, unreadable for us: she is told like for any file.
OPAQUE = frozenset({"story", "paid_media", "checklist", "game", "invoice", "giveaway"})


def content(message: Json) -> Content | None:
    """None: a service message (pinned, timer set …), nothing she said. Raises LookupError, TypeError, ValueError."""
    for field, reader in READERS:
        if field in message:
            attachment = reader(message[field])
            return "large" if (attachment.size or 0) > LARGEST else attachment.kind, (attachment,)
    if OPAQUE & message.keys():
        return "file", ()
    return ("text", ()) if "text" in message or "poll" in message else None


def own_number(message: Json) -> str | None:
    """Her own: the card of somebody else is never a number to call her on."""
    card = message.get("contact")
    if card is None or card.get("user_id") is None or card["user_id"] != message["from"]["id"]:
        return None
    return str(card["phone_number"])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None
