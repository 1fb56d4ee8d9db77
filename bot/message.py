"""One message as any channel hands it over: frozen data, no session, bot or channel object."""

from dataclasses import dataclass

TEXT_LIMIT = 20_000  # characters of one message; the HTTP doors refuse earlier, by bytes

# large: more than the channel hands over; what it was stands in its attachment
KINDS = frozenset(
    {"text", "button", "voice", "image", "video", "file", "location", "contact", "sticker", "edit", "large"}
)


@dataclass(frozen=True, slots=True)
class Attachment:
    kind: str
    remote_id: str
    name: str | None = None
    mime: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """`inbox` + `external_id` name the message for ever: whatever the channel repeats is handled once."""

    inbox: str  # one account on one channel: web, terminal, telegram:<bot id>
    external_id: str
    sender: str  # the channel's address of her; sealed in the store
    text: str
    received_at: int  # UTC microseconds
    kind: str = "text"
    sent_at: int | None = None
    attachments: tuple[Attachment, ...] = ()
    same_breath: bool = False  # the channel shows the replies in the answer to this very request
    demo: bool = False
    corrects: str | None = None  # an edit: external id of the message she has changed
    number: str | None = None  # her own telephone number, when she has shared it as such
