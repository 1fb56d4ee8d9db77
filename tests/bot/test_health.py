"""/healthz turns yellow when nobody follows the editions of the articles, and green again once somebody does."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import editions
from bot.app import App, build
from bot.settings import Settings
from bot.site import healthz
from store import Store

PATIENCE = 20.0  # seconds


async def state(app: App) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes((await healthz(app)).body))
    return found


async def until(app: App, status: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while (found := await state(app))["status"] != status:  # noqa: ASYNC110 - what is watched is the answer itself
            await asyncio.sleep(0.05)
    return found


async def rename(store: Store, old: str, new: str) -> None:
    await store.unit(lambda tx: tx.connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}")))


async def test_the_edition_that_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "EVERY", 0.1)
    app = build(Settings(var=str(tmp_path)))
    assert app.edition.current is None, "not started"
    async with app.running():
        good = await state(app)
        assert good["status"] == "green"
        assert isinstance(good["edition"], int)
        await rename(app.core.store, "edition", "hidden")
        assert (await until(app, "yellow"))["edition"] is None
        await rename(app.core.store, "hidden", "edition")
        assert (await until(app, "green"))["edition"] == good["edition"]


async def test_nobody_follows_any_more(tmp_path: Path) -> None:
    app = build(Settings(var=str(tmp_path)))
    async with app.running():
        assert (await state(app))["status"] == "green"
        (task,) = (one for one in asyncio.all_tasks() if one.get_name() == "edition-watch")
        task.cancel()
        stopped = await until(app, "yellow")
        assert stopped["edition"] is None
        assert stopped["model"] is not None, "she is answered all the same"
