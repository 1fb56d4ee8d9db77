"""A trainer types as the woman and sees her screen; / starts what fingers do besides typing."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.channels.wechat.simulator.platform import Got
from bot.channels.wechat.simulator.pushing import Pushed
from bot.channels.wechat.simulator.server import Simulator

HER = "oTrainerPractice000000000001"
LOOK = 0.3
NAMES = {"msgmenu": "菜单消息", "notice": "订阅通知", "system": "微信提示"}
HELP = """直接打字就是她发消息；数字就是选一项。另外：
  /关注  /取消关注  /菜单 文字   她点了公众号菜单里的一项
  /语音 文字   发语音（文字是微信识别的结果，可以不写）
  /图片 [文件]  /位置 地名   /重复   同一条再推三次
  /过时   假装过了 48 小时   /额度   还能收几条客服消息
  /结束"""


class Terminal:
    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator
        self._shown = 0
        self._last: Pushed | None = None
        self._sent: dict[str, Callable[[str], Awaitable[Pushed]]] = {
            "/关注": lambda _rest: simulator.event(HER, "subscribe"),
            "/取消关注": lambda _rest: simulator.event(HER, "unsubscribe"),
            "/菜单": lambda rest: simulator.event(HER, "CLICK", rest),
            "/语音": lambda rest: simulator.speak(HER, b"#!AMR\n", recognition=rest or None),
            "/图片": self._picture,
            "/位置": lambda rest: simulator.locate(HER, 31.298, 120.585, rest or "苏州市姑苏区"),
        }

    async def run(self) -> None:
        print(HELP)
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                typed = (await asyncio.to_thread(_line)).strip()
                if typed in {"/结束", "/quit", "\x04"}:
                    return
                if typed:
                    await self._do(typed)
        finally:
            watching.cancel()

    async def _do(self, typed: str) -> None:
        verb, _, rest = typed.partition(" ")
        her = self._sim.platform.follower(HER)
        if not typed.startswith("/"):
            self._last = await self._said(typed)
        elif verb in self._sent:
            self._last = await self._sent[verb](rest)
        elif verb == "/重复" and self._last is not None:
            for _ in range(3):
                print(f"  推送的结果：{(await self._sim.pusher.once(self._last.fields))[0]}")
        elif verb == "/过时":
            her.until = 0
            print("  窗口已关：再发客服消息会得到 45015")
        elif verb == "/额度":
            print(f"  还能收 {her.left if her.until > self._sim.platform.clock() else 0} 条客服消息")
        else:
            print(HELP)
        self._show()
        if self._last is not None and "silence" in self._last.answers:
            print("  （5 秒内没有回应，微信重推了）")

    async def _said(self, typed: str) -> Pushed:
        """A number presses a line of the menu message in front of her; otherwise it is what she typed."""
        got = self._sim.platform.follower(HER).got
        choices = got[-1].choices if got else ()
        if typed.isdecimal() and 0 < int(typed) <= len(choices):
            return await self._sim.choose(HER, choices[int(typed) - 1])
        return await self._sim.say(HER, typed)

    async def _picture(self, path: str) -> Pushed:
        picture = await asyncio.to_thread(Path(path).read_bytes) if path else b"\xff\xd8\xff\xd9"
        return await self._sim.show(HER, picture)

    async def _watch(self) -> None:
        """What comes by itself."""
        while True:
            await asyncio.sleep(LOOK)
            self._show()

    def _show(self) -> None:
        got = self._sim.platform.follower(HER).got
        for one in got[self._shown :]:
            _print(one)
        self._shown = len(got)


def _print(one: Got) -> None:
    mark = f"［{NAMES[one.kind]}］" if one.kind in NAMES else ""
    body = one.text.replace("\n", "\n      ")
    print(f"公众号 {mark}{body}")
    for number, label in enumerate(one.choices, start=1):
        print(f"      [{number}] {label}")


def _line() -> str:
    print("她> ", end="", flush=True)
    line = sys.stdin.readline()
    return line or "\x04"
