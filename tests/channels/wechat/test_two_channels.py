"""She starts on WeChat and goes on in the web chat with her three words: a reply reaches her where she chose."""

import asyncio
import re
import secrets
from pathlib import Path

import httpx

from bot.channels.wechat import PATH
from bot.channels.wechat.simulator import Simulator
from tests.channels.wechat.kit import HER
from tests.channels.wechat.test_whole_way import CREDENTIALS, _answered_by_staff, now, program, until


async def test_a_reply_reaches_her_on_both(tmp_path: Path) -> None:
    async with Simulator(CREDENTIALS, now) as sim:
        there = program(tmp_path, sim)
        await asyncio.to_thread(there.start)
        try:
            sim.towards(f"{there.base}{PATH}")
            await sim.say(HER, "怀孕了公司要辞退我怎么办")
            person = await sim.say(HER, "找人")
            words = re.search(r"三个词：(\S+ \S+ \S+)", person.reply or "")
            assert words is not None
            async with httpx.AsyncClient(base_url=there.base, trust_env=False, timeout=20) as web:
                resumed = (await web.post("/api/resume", json={"words": words[1]})).json()
                assert any("怀孕了公司" in line["text"] for line in resumed["lines"])
                conversation = resumed["conversation"]
                await _says(web, conversation, "我的事怎么样了")
                await _says(web, conversation, "两边都发")
                await sim.say(HER, "我在的")
                await _says(web, conversation, "我也在这里")
                await _answered_by_staff(tmp_path)
                screen = sim.platform.follower(HER).got
                await until(lambda: any("我们明天陪您去仲裁。" in one.text for one in screen))
                later = await web.get("/api/messages", headers={"X-Conversation": conversation})
                assert "我们明天陪您去仲裁。" in later.text.encode().decode("unicode_escape")
        finally:
            there.stop()


async def _says(web: httpx.AsyncClient, conversation: str, text: str) -> None:
    body = {"conversation": conversation, "id": secrets.token_hex(16), "text": text}
    (await web.post("/api/messages", json=body)).raise_for_status()
