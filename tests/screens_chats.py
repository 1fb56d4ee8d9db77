"""Her messengers: Telegram and WeChat, each before its simulated platform."""

from dataclasses import dataclass
from typing import Any

from bot.channels.wechat.simulator import Simulator
from tests.screens import HandsOver, Shown
from tests.telegram_api import TelegramApi

HER = 5550001
OPENID = "oHerOpenId0000000000000000001"


@dataclass
class TelegramScreen:
    api: TelegramApi
    scene: HandsOver | None = None
    read: int = 0

    async def says(self, text: str) -> list[Shown]:
        return await self._in(self.api.say(HER, text))

    async def sends(self, kind: str) -> list[Shown]:
        sizes = {"file_id": f"f-{kind}", "file_unique_id": f"u-{kind}", "file_size": 900}
        bodies: dict[str, Any] = {
            "voice": {"voice": {**sizes, "duration": 4, "mime_type": "audio/ogg"}},
            "image": {"photo": [{**sizes, "width": 90, "height": 90}]},
            "file": {"document": {**sizes, "file_name": "a.pdf", "mime_type": "application/pdf"}},
            "location": {"location": {"latitude": 31.3, "longitude": 120.6}},
        }
        frame = self.api._frame(HER)
        return await self._in(self.api.push({"message": {**frame, **bodies[kind]}}))

    async def reads(self) -> list[Shown]:
        messages = self.api.messages(HER)
        new, self.read = messages[self.read :], len(messages)
        return [Shown(one.text, tuple(one.buttons)) for one in new]

    async def _in(self, update: int) -> list[Shown]:
        await self.api.until(lambda: self.api.forgotten == update + 1, 30)
        assert self.scene is not None
        await self.scene.hand_over()
        return await self.reads()


@dataclass
class WeChatScreen:
    sim: Simulator
    read: int = 0
    scene: HandsOver | None = None

    async def says(self, text: str) -> list[Shown]:
        await self.sim.say(OPENID, text)
        return await self._after()

    async def sends(self, kind: str) -> list[Shown]:
        if kind == "voice":
            await self.sim.speak(OPENID, b"sound")
        elif kind == "image":
            await self.sim.show(OPENID, b"\xff\xd8\xff\xe0picture")
        elif kind == "location":
            await self.sim.locate(OPENID, 31.3, 120.6, "苏州")
        else:
            raise NotImplementedError(kind)
        return await self._after()

    async def reads(self) -> list[Shown]:
        texts = self.sim.platform.follower(OPENID).texts
        new, self.read = texts[self.read :], len(texts)
        return [Shown(text, tuple(_choices(text))) for text in new]

    async def _after(self) -> list[Shown]:
        assert self.scene is not None
        await self.scene.hand_over()
        return await self.reads()


def _choices(text: str) -> list[str]:
    """Choices stand as numbered lines, or in one sentence."""
    lines = [line.split(" ", 1)[-1].split(".", 1)[-1].split("、", 1)[-1].strip() for line in text.splitlines()]
    named = [word for line in text.splitlines() if "可以回复：" in line for word in _named(line)]
    return [*lines, *named]


def _named(line: str) -> list[str]:
    return line.partition("可以回复：")[2].rstrip("）").split("、")
