"""A delivery of the outbox as Telegram messages, and what each refusal of the Bot API means."""

from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Delivery, Later, Refused
from bot.channels.telegram.limits import Limits
from bot.channels.telegram.text import mend, split

MARGIN = 0.5  # seconds above what Telegram asks for: sooner counts as another offence
REMEMBERED = 1_000
GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Sender:
    def __init__(self, bot: Bot, limits: Limits | None = None) -> None:
        self._bot = bot
        self._limits = limits or Limits()
        # Parts handed over of replies that then met an error: the outbox comes again with the whole reply.
        self._handed: dict[str, int] = {}

    async def send(self, delivery: Delivery) -> None:
        """Raises Refused or Later."""
        chat = _chat(delivery.address)
        parts = split(mend(delivery.text))
        if not parts:
            raise Refused("empty")
        for number in range(self._handed.get(delivery.reply_id, 0), len(parts)):
            last = number == len(parts) - 1
            await self._part(chat, parts[number], keyboard(delivery.buttons) if last else None)
            self._remember(delivery.reply_id, number + 1)
        self._handed.pop(delivery.reply_id, None)

    async def _part(self, chat: int, text: str, markup: InlineKeyboardMarkup | None) -> None:
        if (wait := self._limits.left(chat)) > 0:
            raise Later("limited", wait)
        try:
            await self._bot.send_message(
                chat,
                text,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                protect_content=False,
            )
        except RetryAfter as error:
            self._limits.hit(chat, wait_of(error))
            raise classify(error) from error
        except TelegramError as error:
            raise classify(error) from error

    def _remember(self, reply_id: str, parts: int) -> None:
        self._handed[reply_id] = parts
        while len(self._handed) > REMEMBERED:
            del self._handed[next(iter(self._handed))]


def keyboard(buttons: tuple[str, ...]) -> InlineKeyboardMarkup | None:
    """One button a row: her words stay whole on a narrow phone."""
    rows = [
        [InlineKeyboardButton(mend(label), callback_data=f"b:{index}")]
        for index, label in enumerate(buttons)
        if label.strip()
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def wait_of(error: RetryAfter) -> float:
    asked = error.retry_after
    return (asked.total_seconds() if isinstance(asked, timedelta) else float(asked)) + MARGIN


def classify(error: TelegramError) -> Refused | Later:
    """Only what can never succeed is refused; a fault of ours or the network's waits."""
    if isinstance(error, RetryAfter):
        return Later("limited", wait_of(error))
    if isinstance(error, Forbidden):
        return Refused("blocked")
    if isinstance(error, ChatMigrated):
        return Refused("gone")
    if isinstance(error, BadRequest):  # PTB counts it among the network errors: ask first
        return Refused("gone" if any(word in str(error).lower() for word in GONE) else "bad_request")
    if isinstance(error, InvalidToken | Conflict):
        return Later("token")
    return Later("network")


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError as error:
        raise Refused("address") from error
