"""A letter becomes an Inbound: known conversation or a new one, a name that lasts, never refused in danger."""

import hashlib
import secrets
from collections import OrderedDict

from bot.channels.base import Receipt
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.ports import Ports, Resumed, Upload
from bot.channels.webchat.refusal import Refusal, malformed, not_here, unknown
from bot.channels.webchat.wire import Letter
from bot.message import Attachment, Inbound

INBOX = "web"
UNGUESSABLE = 22  # characters of base64url that hold 128 bits
REMEMBERED = 50_000
WORDS_LIMIT = 200


class Intake:
    def __init__(self, ports: Ports, limits: Limits) -> None:
        self._ports = ports
        self._limits = limits
        self._known: OrderedDict[str, None] = OrderedDict()

    async def take(self, letter: Letter, address: str) -> Receipt:
        now = self._ports.clock()
        try:
            self._limits.check(letter.conversation, address, now)
        except Refusal:
            if not self._ports.dangerous(letter.text):
                raise
        if letter.conversation is not None and not await self.knows(letter.conversation):
            raise unknown()
        name = external_id(letter, address)
        upload = await self._upload(letter.file, name)
        receipt = await self._ports.receive(
            Inbound(
                inbox=INBOX,
                external_id=name,
                sender=letter.conversation or secrets.token_urlsafe(16),
                text=letter.text,
                received_at=now,
                kind=upload.kind if upload else "text",
                attachments=(Attachment(upload.kind, "upload", None, upload.mime, len(upload.content)),)
                if upload
                else (),
                same_breath=True,
            )
        )
        if upload is not None and letter.file is not None:
            await self._keep(name, letter.file, upload)
        if letter.conversation not in {None, receipt.conversation}:
            # She took it up elsewhere with her three words: the page that held the old token learns nothing of it.
            self._known.pop(letter.conversation, None)
            raise unknown()
        self._remember(receipt.conversation)
        return receipt

    async def stage(self, upload: Upload) -> str:
        try:
            return await self._ports.files.stage(upload)
        except OSError as error:
            raise no_room() from error

    def check_file(self, conversation: str | None, address: str) -> None:
        self._limits.check_file(conversation, address, self._ports.clock())

    async def _upload(self, ticket: str | None, name: str) -> Upload | None:
        if ticket is None:
            return None
        upload = await self._ports.files.staged(ticket)
        if upload is None and not await self._ports.files.known(name):
            raise not_here()
        return upload

    async def _keep(self, name: str, ticket: str, upload: Upload) -> None:
        """After the message: the same letter again comes through here again until its file is kept."""
        try:
            await self._ports.files.keep(name, ticket, upload)
        except OSError as error:
            raise no_room() from error

    async def knows(self, conversation: str) -> bool:
        """One look into the store a conversation and process, not one a message."""
        if conversation not in self._known:
            if await self._ports.history(conversation, None) is None:
                return False
            self._remember(conversation)
        return True

    async def resume(self, words: object, address: str) -> Resumed:
        if not isinstance(words, str) or not 0 < len(words.strip()) <= WORDS_LIMIT:
            raise malformed("请填写三个词")
        resumed = await self._ports.resume(words, address)
        if resumed is None:
            raise Refusal(404, "没有对上，请再看看这三个词")
        self._remember(resumed.conversation)
        return resumed

    def _remember(self, conversation: str) -> None:
        self._known[conversation] = None
        self._known.move_to_end(conversation)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def no_room() -> Refusal:
    return Refusal(503, "现在存不下文件，稍后会自动再传；文字照样能发", retry_after=30)


def external_id(letter: Letter, address: str) -> str:
    """The same letter has the same name however often and by whichever way it comes.

    A first letter has no conversation to stand under: its text, and for an id that another could also choose
    her address, keep two women apart.
    """
    if letter.conversation is not None:
        return f"{letter.conversation}:{letter.id}"
    digest = hashlib.sha256(letter.text.encode("utf-8", "surrogatepass")).hexdigest()
    name = f"new:{letter.id}:{digest}"
    return name if len(letter.id) >= UNGUESSABLE else f"{name}:{address}"
