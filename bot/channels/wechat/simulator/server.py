"""The simulated platform as a running thing: its API on loopback, and a follower's hands."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import uvicorn

from bot.channels.wechat.simulator.api import api
from bot.channels.wechat.simulator.platform import Credentials, Platform
from bot.channels.wechat.simulator.pushing import PATIENCE, Pushed, Pusher

HOST = "127.0.0.1"


class Quiet(uvicorn.Server):
    """Leaves Ctrl-C to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Simulator:
    """`say`, `speak`, `click` … are what she does; `platform.follower(her).got` is what she sees."""

    def __init__(
        self,
        credentials: Credentials,
        clock: Callable[[], int],
        *,
        webhook: str = "",
        port: int = 0,
        patience: float = PATIENCE,
    ) -> None:
        self.platform = Platform(credentials, clock)
        self._webhook = webhook
        self._port = port
        self._patience = patience
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, self._port))
        self._port = door.getsockname()[1]
        config = uvicorn.Config(
            api(self.platform), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = Quiet(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[door]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.01)
        self.pusher = Pusher(self.platform, self._webhook, self._patience)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.pusher.close()
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def towards(self, webhook: str) -> None:
        """The product's address, once it is known."""
        self.pusher = Pusher(self.platform, webhook, self._patience)

    async def say(self, her: str, text: str) -> Pushed:
        return await self.pusher.push(self.pusher.fields(her, "text", Content=text))

    async def choose(self, her: str, label: str) -> Pushed:
        """She presses a line of a menu message."""
        return await self.pusher.push(self.pusher.fields(her, "text", Content=label, bizmsgmenuid="1"))

    async def speak(self, her: str, sound: bytes, *, recognition: str | None = None) -> Pushed:
        more = {} if recognition is None else {"Recognition": recognition}
        media = self.platform.upload(sound, "audio/amr")
        return await self.pusher.push(self.pusher.fields(her, "voice", MediaId=media, Format="amr", **more))

    async def show(self, her: str, picture: bytes, mime: str = "image/jpeg") -> Pushed:
        media = self.platform.upload(picture, mime)
        kind = "video" if mime.startswith("video/") else "image"
        more = {"ThumbMediaId": media} if kind == "video" else {"PicUrl": f"{self.url}/picture"}
        return await self.pusher.push(self.pusher.fields(her, kind, MediaId=media, **more))

    async def locate(self, her: str, latitude: float, longitude: float, label: str) -> Pushed:
        place = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": "16", "Label": label}
        return await self.pusher.push(self.pusher.fields(her, "location", **place))

    async def link(self, her: str, title: str, description: str, url: str) -> Pushed:
        return await self.pusher.push(self.pusher.fields(her, "link", Title=title, Description=description, Url=url))

    async def event(self, her: str, event: str, key: str = "") -> Pushed:
        """subscribe, unsubscribe, SCAN, CLICK, VIEW."""
        return await self.pusher.push(self.pusher.fields(her, "event", Event=event, EventKey=key))
