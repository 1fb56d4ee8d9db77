"""kill -9 in the middle of a burst: what was acknowledged has exactly one outcome, and its reply is still to be had."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.running import Program

BURST = 500
SENDERS = 16
TEXTS = ("怀孕了公司要辞退我怎么办", "他不给孩子抚养费", "想找工作", "我要找人", "他拿着刀在砸门", "谢谢")


@pytest.fixture
def program(store_url: str, tmp_path: Path) -> Iterator[Program]:
    url = "" if store_url.startswith("sqlite") else store_url
    made = Program(tmp_path, {"HALFSKY_DATABASE_URL": url})
    yield made
    made.stop()


async def _send(client: httpx.AsyncClient, number: int) -> dict[str, object] | None:
    """The acknowledged answer, or None when the program died first."""
    body = {"conversation": None, "id": f"burst-{number:022}", "text": TEXTS[number % len(TEXTS)]}
    try:
        answer = await client.post("/api/messages", json=body)
    except httpx.HTTPError:
        return None
    return answer.json() if answer.status_code == httpx.codes.OK else None


async def _burst(program: Program, *, kill_after: int | None) -> dict[int, dict[str, object]]:
    acknowledged: dict[int, dict[str, object]] = {}
    numbers = iter(range(BURST))
    async with httpx.AsyncClient(base_url=program.base, timeout=30) as client:

        async def sender() -> None:
            for number in numbers:
                answer = await _send(client, number)
                if answer is None:
                    return
                acknowledged[number] = answer
                if kill_after is not None and len(acknowledged) >= kill_after:
                    program.kill()

        await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return acknowledged


async def test_a_killed_program_loses_and_doubles_nothing(program: Program, store_url: str) -> None:
    await asyncio.to_thread(program.start)
    kill_after = random.Random(7).randrange(100, 200)
    first = await _burst(program, kill_after=kill_after)
    assert kill_after <= len(first) < BURST
    await asyncio.to_thread(program.start)
    second = await _burst(program, kill_after=None)
    assert len(second) == BURST
    for number, answer in first.items():
        assert second[number] == answer, "the same message must have the same outcome"
    engine = create_engine(store_url)
    with engine.connect() as connection:
        taken = connection.execute(text("SELECT external_id FROM message")).scalars().all()
        per_message = connection.execute(
            text("SELECT message_id, count(*) FROM outbox GROUP BY message_id ORDER BY 2 DESC")
        ).all()
        per_conversation = connection.execute(
            text("SELECT conversation_id, count(*) FROM ticket GROUP BY conversation_id")
        ).all()
    engine.dispose()
    assert len(taken) == len(set(taken)) == BURST
    assert all(count == 1 for _, count in per_conversation), "a ticket was doubled"
    assert max(Counter(dict(per_message)).values()) <= 4
    await _replies_can_be_had(program, first)


async def _replies_can_be_had(program: Program, acknowledged: dict[int, dict[str, object]]) -> None:
    async with httpx.AsyncClient(base_url=program.base, timeout=30) as client:
        for answer in list(acknowledged.values())[:20]:
            replies = answer["replies"]
            assert isinstance(replies, list)
            got = await client.get("/api/messages", headers={"X-Conversation": str(answer["conversation"])})
            ids = {reply["id"] for reply in got.json()["replies"]}
            assert {reply["id"] for reply in replies} <= ids
