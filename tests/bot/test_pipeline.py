"""One message, one outcome, whatever the channel repeats and whatever fails on the way."""

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core import Core
from bot.reader import Asked, Reader
from nlu.serving import Request
from nlu.understanding import Understanding
from store import Store
from tests.bot.kit import Clock, Woman, open_core, words


async def _count(store: Store, table: str) -> int:
    counted = await store.read(lambda tx: tx.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    return int(counted)


async def test_the_same_message_three_times_at_once_has_one_outcome(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        receipts = await asyncio.gather(
            *(Woman(core, clock).says("我要找人", name="same", same_breath=True) for _ in range(3))
        )
        assert len({receipt.conversation for receipt in receipts}) == 1
        assert len({receipt.replies for receipt in receipts}) == 1
        assert sum(not receipt.repeated for receipt in receipts) == 1
    assert await _count(store, "message") == 1
    assert await _count(store, "ticket") == 1


async def test_two_programs_on_one_database_take_it_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as one, open_core(store, tmp_path, clock) as other:
        tries = [Woman(core, clock).says("我要找人", name=f"m{n}") for n in range(10) for core in (one, other)]
        receipts = await asyncio.gather(*tries)
    assert len({receipt.conversation for receipt in receipts}) == 1
    assert await _count(store, "message") == 10
    assert await _count(store, "ticket") == 1


async def test_messages_of_one_woman_keep_their_order(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        woman = Woman(core, clock)
        await asyncio.gather(*(woman.says(part) for part in ("在吗", "我老公", "昨晚又", "打我了")))
    assert await _count(store, "ticket") == 1


class _Broken:
    model = "broken"

    def parse_many(self, requests: list[Request | str]) -> list[Understanding]:
        raise RuntimeError("她写的话")


class _Slow:
    model = "slow"

    def parse_many(self, requests: list[Request | str]) -> list[Understanding]:
        import time

        time.sleep(0.5)
        return []


@pytest.mark.parametrize("model", [_Broken(), None])
async def test_a_dead_model_still_sees_danger_and_brings_a_person(
    store: Store, tmp_path: Path, model: _Broken | None, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        core.reader.model = model  # type: ignore[assignment]  # broken on purpose
        danger = await Woman(core, clock, "a").says("他拿着刀在砸门")
        assert danger.replies[0].text.startswith("110")
        ordinary = await Woman(core, clock, "b").says("离婚冷静期多久")
        assert "找人" in words(ordinary) or any("找人" in reply.buttons for reply in ordinary.replies)
    assert "她写的话" not in "".join(record.getMessage() for record in caplog.records)


async def test_a_late_model_does_not_keep_her_waiting() -> None:
    reader = Reader(_Slow(), lambda *_args, **_named: [], patience=0.05)  # type: ignore[arg-type]
    await reader.start()
    try:
        from datetime import date

        reading = await reader.read(Asked("他拿着刀在砸门", (), None, date(2026, 11, 23)))
        assert reading.understanding.danger.level == "immediate"
        assert reading.understanding.abstain
    finally:
        await reader.stop()


async def test_a_handler_that_fails_answers_with_a_person(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_turn: object) -> None:
        raise RuntimeError("她写的话")

    monkeypatch.setattr("bot.pipeline.decide", fails)
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        receipt = await Woman(core, clock).says("离婚怎么办")
    assert receipt.replies
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert all("她写的话" not in record.getMessage() for record in caplog.records)


ODD = {
    "nul": "你好\x00吗",
    "html": "<script>alert(1)</script><b>离婚</b>",
    "emoji": "😭😭😭",
    "traditional": "離婚冷靜期多久",
    "long": "我要离婚。" * 4000,
    "blank": "   ",
    "empty": "",
    "lone surrogate": "救\ud800命",
    "bidi": "\u202e离婚\u202c",
    "zero width": "他\u200b要\u200b杀\u200b我",
    "template": "{code} %s ${x} {{7*7}} \ue000",
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_input_gets_a_sensible_answer_and_is_kept_as_it_was(store: Store, tmp_path: Path, name: str) -> None:
    clock = Clock()
    async with open_core(store, tmp_path, clock) as core:
        receipt = await Woman(core, clock).says(ODD[name])
        assert receipt.replies or name in {"blank", "empty"}
        assert "<script" not in words(receipt)
        kept = await store.read(lambda tx: _only_body(tx, core))
    assert kept == ODD[name]
    if name == "zero width":
        assert receipt.replies[0].text.startswith("110")


def _only_body(tx: object, _core: Core) -> str:
    from store import messages
    from store.unit import Tx

    assert isinstance(tx, Tx)
    return messages.body(tx, 1)
