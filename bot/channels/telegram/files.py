"""Where her voice and pictures lie: the way to a file is asked for when it is wanted, and is good for an hour."""

from urllib.parse import quote, urlsplit

import httpx
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.base import Later
from bot.channels.fetching import Gone, Shelf
from bot.channels.telegram.sending import wait_of
from bot.settings import LOOPBACK
from store.files import Waiting

LARGEST = 20_000_000  # bytes; source: core.telegram.org/bots/api#getfile, "files of up to 20MB in size"
KEPT = 30 * 86_400_000_000  # microseconds; an id has no end, but after a month nobody waits for it
TYPES = {"image": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "file": "application/octet-stream"}
SLOW = 60.0  # seconds between two pieces of a file


def shelf(inbox: str) -> Shelf:
    return Shelf(inbox, KEPT, LARGEST)


class Files:
    def __init__(self, bot: Bot, token: str, api_url: str) -> None:
        self._bot = bot
        root = api_url.rstrip("/")
        self._root = f"{root}/file/bot{token}"
        # A proxy of the environment is the way to Telegram, never the way to this machine.
        self._http = httpx.AsyncClient(
            trust_env=urlsplit(root).hostname not in LOOPBACK, follow_redirects=False, timeout=SLOW
        )

    async def __call__(self, wanted: Waiting) -> tuple[bytes, str]:
        """Content and media type. Raises Gone, or Later."""
        path = await self._way(wanted.remote_id)
        return await self._download(path), wanted.mime or TYPES.get(wanted.kind, "")

    async def close(self) -> None:
        await self._http.aclose()

    async def _way(self, file_id: str) -> str:
        try:
            found = await self._bot.get_file(file_id)
        except RetryAfter as error:
            raise Later("limited", wait_of(error)) from error
        except (BadRequest, Forbidden) as error:  # BadRequest is a NetworkError to PTB: ask first
            raise Gone("too_big" if "too big" in str(error).lower() else "refused") from error
        except (InvalidToken, NetworkError, TelegramError) as error:
            raise Later("network") from error
        if (found.file_size or 0) > LARGEST:
            raise Gone("too_big")
        if not found.file_path:
            raise Later("no_path")
        # PTB makes a whole address of it; ours must lie below our own.
        return found.file_path.removeprefix(f"{self._root}/")

    async def _download(self, path: str) -> bytes:
        """Never more than the limit stands in memory, whatever length was announced. An old link gets a new one."""
        content = bytearray()
        try:
            async with self._http.stream("GET", f"{self._root}/{quote(path)}") as answer:
                if answer.status_code != httpx.codes.OK:
                    raise Later(f"http{answer.status_code}")
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > LARGEST:
                        raise Gone("too_big")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Later("network") from error
        return bytes(content)
