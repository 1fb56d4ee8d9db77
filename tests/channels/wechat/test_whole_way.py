"""The real program behind the simulated platform: the main job, the menu, the doctor, and kill -9."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from bot.channels.wechat import PATH
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.simulator import Credentials, Simulator
from store import open_store, seats, tickets
from store.rows import Ticket
from store.unit import Tx
from tests.channels.wechat.kit import APP, HER, KEY, SECRET, TOKEN
from tests.running import Program
from tickets.actor import Actor
from tickets.casework import talking

CREDENTIALS = Credentials(APP, SECRET, TOKEN, aes_key(KEY))


def now() -> int:
    return time.time_ns() // 1000


def program(tmp_path: Path, sim: Simulator) -> Program:
    return Program(
        tmp_path / "var",
        {
            "HALFSKY_WECHAT_APP_ID": APP,
            "HALFSKY_WECHAT_SECRET": SECRET,
            "HALFSKY_WECHAT_TOKEN": TOKEN,
            "HALFSKY_WECHAT_AES_KEY": KEY,
            "HALFSKY_WECHAT_API_URL": sim.url,
        },
    )


async def until(met: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        await asyncio.sleep(0.1)


async def test_she_asks_gets_a_person_and_reads_the_reply_after_a_kill(tmp_path: Path) -> None:
    async with Simulator(CREDENTIALS, now) as sim:
        running = program(tmp_path, sim)
        await asyncio.to_thread(running.start)
        try:
            sim.towards(f"{running.base}{PATH}")
            screen = sim.platform.follower(HER).got
            asked = await sim.say(HER, "怀孕了公司要辞退我怎么办")
            assert "依据" in (asked.reply or "")
            person = await sim.event(HER, "CLICK", "找人")
            assert "三个词" in (person.reply or "")
            await asyncio.sleep(0.5)
            running.kill()
            sim.platform.faults = []
            await asyncio.to_thread(running.start)
            _, again = await sim.pusher.once(asked.fields)
            assert again == asked.reply  # nothing was handled twice, and the answer is the same
            await sim.say(HER, "我在姑苏区")
            ticket = await _answered_by_staff(tmp_path)
            await until(lambda: any("我们明天陪您去仲裁。" in one.text for one in screen))
            assert ticket.source == "wechat"
            assert sum("我们明天陪您去仲裁。" in one.text for one in screen) == 1
            assert screen[-1].kind in {"text", "msgmenu"}
            log = running.output
            assert "怀孕" not in log
            assert SECRET not in log
            assert all(token not in log for token in sim.platform.tokens)
        finally:
            running.stop()


async def test_menu_and_doctor(tmp_path: Path) -> None:
    async with Simulator(CREDENTIALS, now) as sim:
        there = program(tmp_path, sim)
        pushed = await asyncio.to_thread(there.halfsky, "wechat", "menu", "push")
        assert pushed.returncode == 0, pushed.stderr
        assert sim.platform.menu is not None
        keys = json.dumps(sim.platform.menu, ensure_ascii=False)
        assert "找人" in keys
        assert "看回复" in keys
        bad = tmp_path / "menu.json"
        bad.write_text('{"button": [{"name": "名字实在是太长了", "type": "click", "key": "x"}]}', encoding="utf-8")
        refused = await asyncio.to_thread(there.halfsky, "wechat", "menu", "push", str(bad))
        assert refused.returncode == 1
        assert "太长" in refused.stderr
        seen = await asyncio.to_thread(there.halfsky, "doctor")
        assert "✓ 微信公众号已连通" in seen.stdout
        sim.platform.whitelist = frozenset({"203.0.113.9"})
        seen = await asyncio.to_thread(there.halfsky, "doctor")
        assert re.search(r"✗ 微信公众号连不通。.*白名单.*127\.0\.0\.1", seen.stdout)
        there.environ = {**there.environ, "HALFSKY_WECHAT_SECRET": ""}
        seen = await asyncio.to_thread(there.halfsky, "doctor")
        assert "wechat_secret" in seen.stdout


async def test_the_simulator_talks_to_a_trainer(tmp_path: Path) -> None:
    async with Simulator(CREDENTIALS, now) as other:  # only to have a free port and settings of the same shape
        there = program(tmp_path, other)
    port = there.port + 1 if there.port < 65000 else there.port - 1
    there.environ = {**there.environ, "HALFSKY_WECHAT_API_URL": f"http://127.0.0.1:{port}"}
    await asyncio.to_thread(there.start)
    try:
        typed = "/关注\n怀孕了公司要辞退我怎么办\n/额度\n/重复\n/语音 我想找人\n/结束\n"
        said = await asyncio.to_thread(lambda: there.halfsky("simulate", "wechat", "--listen", str(port), stdin=typed))
        assert said.returncode == 0, said.stderr
        assert "依据" in said.stdout
        assert "还能收 5 条" in said.stdout
        assert said.stdout.count("推送的结果：reply") == 3
    finally:
        there.stop()


async def _answered_by_staff(tmp_path: Path) -> Ticket:
    """As the workbench would, on the same database."""
    store = open_store(f"sqlite:///{tmp_path / 'var' / 'halfsky.db'}", tmp_path / "var" / "keys" / "master.json")

    def answer(tx: Tx) -> Ticket:
        seat_id = seats.add(tx, login="lead", name="测试", role="lead", unit="sz", password="-", now=now())
        assert seat_id is not None
        actor = Actor(seat_id, "lead", "sz", None)
        found = tickets.queue(tx, seat_id=seat_id, units=None, now=now())
        from bot.core import build_service
        from bot.settings import Settings

        service = build_service(Settings(var=str(tmp_path)))
        talking.reply(service, tx, actor, found[0].id, "我们明天陪您去仲裁。", now=now())
        return found[0]

    try:
        return await store.unit(answer)
    finally:
        store.close()
