"""What the Bot API accepts, method by method: names, types, limits."""

import json
from collections.abc import Callable, Mapping
from typing import Any

UPDATES = frozenset(
    {"message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member"}
)


class BadRequest(Exception):
    """A parameter the real server would refuse, or quietly ignore to our harm."""


Check = Callable[[str], Any]


def integer(low: int = -(2**52), high: int = 2**52) -> Check:
    def check(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise BadRequest(f"{number} out of range")
        return number

    return check


def boolean(value: str) -> bool:
    return {"true": True, "false": False}[value.lower()]


def text(low: int, high: int) -> Check:
    def check(value: str) -> str:
        length = len(value.strip().encode("utf-16-le")) // 2
        if length < low:
            raise BadRequest("message text is empty")
        if length > high:
            raise BadRequest("message is too long")
        return value

    return check


def keyboard(value: str) -> Any:
    markup = json.loads(value)
    if set(markup) != {"inline_keyboard"}:
        raise BadRequest("only inline keyboards are expected")
    for row in markup["inline_keyboard"]:
        for button in row:
            if set(button) != {"text", "callback_data"} or not button["text"].strip():
                raise BadRequest("inline keyboard button text must be non-empty")
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise BadRequest("BUTTON_DATA_INVALID")
    return markup


def address(value: str) -> str:
    if not value.startswith("https://") and not value.startswith("http://127.0.0.1:"):
        raise BadRequest("bad webhook: an HTTPS URL must be provided for webhook")
    return value


def secret(value: str) -> str:
    if not 1 <= len(value) <= 256 or not all(one.isascii() and (one.isalnum() or one in "_-") for one in value):
        raise BadRequest("secret token contains unallowed characters")
    return value


def updates(value: str) -> Any:
    names = json.loads(value)
    if not set(names) <= UPDATES:
        raise BadRequest("unknown update type")
    return names


def previews(value: str) -> Any:
    options = json.loads(value)
    if set(options) - {"is_disabled"}:
        raise BadRequest("link_preview_options")
    return options


def commands(value: str) -> Any:
    listed = json.loads(value)
    for command in listed:
        if not 1 <= len(command["command"]) <= 32 or not command["command"].islower():
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise BadRequest("command description length")
    return listed


# Required first, optional second.
METHODS: Mapping[str, tuple[Mapping[str, Check], Mapping[str, Check]]] = {
    "getMe": ({}, {}),
    "getFile": ({"file_id": str}, {}),
    "getChat": ({"chat_id": integer()}, {}),
    "getWebhookInfo": ({}, {}),
    "setWebhook": (
        {"url": address},
        {
            "secret_token": secret,
            "allowed_updates": updates,
            "max_connections": integer(1, 100),
            "drop_pending_updates": boolean,
        },
    ),
    "deleteWebhook": ({}, {"drop_pending_updates": boolean}),
    "getUpdates": (
        {},
        {"offset": integer(), "limit": integer(1, 100), "timeout": integer(0, 50), "allowed_updates": updates},
    ),
    "sendMessage": (
        {"chat_id": integer(), "text": text(1, 4096)},
        {
            "reply_markup": keyboard,
            "link_preview_options": previews,
            "protect_content": boolean,
            "disable_notification": boolean,
        },
    ),
    "editMessageReplyMarkup": ({"chat_id": integer(), "message_id": integer(1)}, {"reply_markup": keyboard}),
    "answerCallbackQuery": ({"callback_query_id": str}, {"text": text(0, 200), "show_alert": boolean}),
    "setMyCommands": ({"commands": commands}, {"scope": json.loads, "language_code": str}),
}


def checked(method: str, given: Mapping[str, str]) -> dict[str, Any]:
    required, optional = METHODS[method]
    known = {**required, **optional}
    if missing := required.keys() - given.keys():
        raise BadRequest(f"{', '.join(sorted(missing))} missing")
    if strange := given.keys() - known.keys():
        raise BadRequest(f"{', '.join(sorted(strange))} not expected")
    try:
        return {name: known[name](value) for name, value in given.items()}
    except (ValueError, LookupError, TypeError) as error:
        raise BadRequest(f"a parameter is not what it should be ({type(error).__name__})") from error
