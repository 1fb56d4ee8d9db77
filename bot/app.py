"""The composition root: builds every part of the running program and knows in which order they start and stop."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.alarms import Alarms, Bell
from bot.channels.base import Channel, Sent
from bot.channels.webchat import Arriving, Resumed, WebChat
from bot.channels.wechat import WeChat
from bot.channels.wechat import account_of as wechat_account_of
from bot.channels.wechat import silence as silence_wechat
from bot.core import Core, build_core, encode, vectors_file
from bot.editions import EditionWatch, seed
from bot.keeper import Keeper
from bot.marks import Marks, Presence
from bot.outbox import IN_CHAT, Outbox
from bot.pipeline import day_of
from bot.releases import ModelWatch, publish_shipped
from bot.resume import resume
from bot.settings import LOOPBACK, Settings
from nlu.danger import rules_danger
from store import Store, contacts, open_store, outbox
from store.folder import Folder

log = logging.getLogger("halfsky")

GUESSED_DELAY = 3.0  # seconds


class Part(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class App:
    core: Core
    channels: dict[str, Channel]
    watch: ModelWatch
    edition: EditionWatch
    webchat: WebChat
    parts: tuple[Part, ...]  # in the order they start

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        started: list[Part] = []
        try:
            for part in self.parts:
                await part.start()
                started.append(part)
            yield
        finally:
            for part in reversed(started):
                await part.stop()
            self.core.store.close()


def open_settings_store(settings: Settings) -> Store:
    return open_store(settings.store_url, settings.keys_path)


def build(settings: Settings) -> App:
    store = open_settings_store(settings)
    core = build_core(settings, store)
    webchat = build_webchat(core)
    channels: dict[str, Channel] = {webchat.inbox: webchat}
    if settings.telegram_token:
        telegram = build_telegram(core)
        channels[telegram.inbox] = telegram
    if settings.wechat_app_id:
        wechat = build_wechat(core)
        channels[wechat.inbox] = wechat
    wanted = settings.parts
    live = {name: channel for name, channel in channels.items() if name == "web" or "channels" in wanted}
    watch = ModelWatch(store, core.reader, core.org.gazetteer())
    edition = EditionWatch(store, core.shelf, encode, vectors_file(settings), lambda: day_of(core.clock()))
    parts: list[Part] = [_Shipped(core), edition, *([] if settings.nlu_url else [watch]), core.reader]
    if "outbox" in wanted:
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        parts += [
            # First of these: after a restore nothing may leave before the forgotten are forgotten again.
            Keeper(store, core.clock, core.service, var=settings.var_dir, keys=settings.keys_path),
            Outbox(store, live, core.clock),
            Alarms(
                store, core.service, core.clock, webhook=settings.alarm_webhook, base=base, bells=build_bells(settings)
            ),
        ]
    parts += live.values()
    return App(core, channels, watch, edition, webchat, tuple(parts))


class _Shipped:
    """Model and articles that came with the program are known to the store before anybody looks for the live ones."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def start(self) -> None:
        now = self._core.clock()
        await self._core.store.unit(lambda tx: publish_shipped(tx, now=now))
        await self._core.store.unit(lambda tx: seed(tx, now=now))

    async def stop(self) -> None:
        return


def build_telegram(core: Core) -> Channel:
    from bot.channels.telegram import Telegram, account_of, silence  # noqa: PLC0415 - half a second for who has no token

    silence()
    return Telegram(
        account_of(core.settings),
        receive=core.pipeline.receive,
        store=core.store,
        clock=core.clock,
        keep=Folder(core.store, core.settings.var_dir).keep,
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
    )


def build_bells(settings: Settings) -> tuple[Bell, ...]:
    """Groups of staff that hear of an alarm."""
    if not (settings.telegram_token and settings.telegram_staff_group):
        return ()
    from bot.channels.telegram import Bell as Group  # noqa: PLC0415 - half a second for who has no token

    return (Group(settings.telegram_token, settings.telegram_api_url, int(settings.telegram_staff_group)),)


def build_wechat(core: Core) -> WeChat:
    silence_wechat()
    return WeChat(
        wechat_account_of(core.settings),
        receive=core.pipeline.receive,
        store=core.store,
        clock=core.clock,
        mark=Marks(core.store, core.clock).mark,
        keep=Folder(core.store, core.settings.var_dir).keep,
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
    )


def build_webchat(core: Core) -> WebChat:
    store, clock = core.store, core.clock

    async def history(token: str | None, after: str | None) -> list[Sent] | None:
        rows = await store.glance(lambda tx: outbox.after(tx, token=token, reply_id=after, since=clock() - IN_CHAT))
        return (
            None
            if rows is None
            else [Sent(row.reply_id, row.text, row.buttons, row.seat_id is not None) for row in rows]
        )

    marks = Marks(store, clock)

    slowly = asyncio.Lock()

    async def come_back(words: str, ip: str) -> Resumed | None:
        source = None if ip in LOOPBACK else ip
        if source is None and await store.read(lambda tx: contacts.guessed_at(tx, now=clock())):
            async with slowly:  # a proxy on this machine hides who guesses: everybody waits a little, nobody for ever
                await asyncio.sleep(GUESSED_DELAY)
        return await store.unit(lambda tx: resume(tx, words, core.org.words, source=source, now=clock()))

    return WebChat(
        receive=core.pipeline.receive,
        history=history,
        mark=marks.mark,
        seen=Presence(store, clock).seen,
        resume=come_back,
        settings=core.settings,
        clock=clock,
        dangerous=lambda text: rules_danger(text).level in {"urgent", "immediate"},
        files=Arriving(store, core.settings.var_dir),
    )
