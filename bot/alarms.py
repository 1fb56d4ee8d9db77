"""Rings alarms step by step, calls the webhook and groups of staff: number, level and link, never content."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from bot.backoff import backoff
from bot.tasks import end
from store import Store, alarms
from store.rows import Alarm
from tickets.service import Service

log = logging.getLogger("halfsky.alarms")

TICK = 1.0
LEASE = 30_000_000
TRIES = 8
WEBHOOK = "webhook"
WECOM = "qyapi.weixin.qq.com"
LEVELS = {"immediate": "十万火急", "urgent": "紧急", "test": "演练"}


def payload(url: str, alarm: Alarm, link: str) -> dict[str, Any]:
    """A WeCom group robot takes text; anything else gets plain JSON."""
    level = LEVELS.get(alarm.level, alarm.level)
    if urlsplit(url).hostname == WECOM:
        return {
            "msgtype": "text",
            "text": {"content": f"【{level}】{alarm.number}\n{link}", "mentioned_list": ["@all"]},
        }
    return {"number": alarm.number, "level": alarm.level, "step": alarm.step, "link": link}


class Bell(Protocol):
    """A group of staff elsewhere that hears of every step."""

    name: str

    async def ring(self, number: str, level: str, link: str) -> str | None:
        """`level` in words. None when it was taken, else the class of the failure."""
        ...

    async def close(self) -> None: ...


class Alarms:
    def __init__(
        self,
        store: Store,
        service: Service,
        clock: Callable[[], int],
        *,
        webhook: str,
        base: str,
        bells: Sequence[Bell] = (),
    ) -> None:
        self._store = store
        self._service = service
        self._clock = clock
        self._webhook = webhook
        self._base = base
        self._bells = bells
        self._heard: dict[int, set[str]] = {}  # notice -> who has it, while another could not be reached
        self._wakes = (asyncio.Event(), asyncio.Event())  # one each: a shared one was cleared by the other
        self._tasks: list[asyncio.Task[None]] = []
        self._silence: Callable[[], None] | None = None
        self._client: httpx.AsyncClient | None = None

    async def start(self) -> None:
        self._client = httpx.AsyncClient(timeout=10, follow_redirects=False)
        self._silence = self._store.listen(self._hear)
        self._tasks = [
            asyncio.create_task(self._forever(self.ring, self._wakes[0]), name="alarms"),
            asyncio.create_task(self._forever(self.notify, self._wakes[1]), name="alarm-webhook"),
        ]

    async def stop(self) -> None:
        if self._silence is not None:
            self._silence()
        for task in self._tasks:
            await end(task)
        if self._client is not None:
            await self._client.aclose()
        for bell in self._bells:
            await bell.close()

    def _hear(self, topics: frozenset[str]) -> None:
        if alarms.TOPIC in topics:
            for wake in self._wakes:
                wake.set()

    async def _forever(self, work: Callable[[], Any], wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            try:
                await work()
            except Exception:
                log.exception("alarm round failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await wake.wait()

    async def ring(self) -> None:
        """Move every alarm on that nobody has taken in time."""
        if await self._store.read(alarms.count_ringing):
            now = self._clock()
            await self._store.unit(lambda tx: self._service.advance_alarms(tx, now=now))

    async def notify(self) -> None:
        if not self._webhook and not self._bells:
            return
        now = self._clock()
        for notice_id, alarm, attempts in await self._store.unit(
            lambda tx: alarms.due_notices(tx, now=now, lease=LEASE)
        ):
            error = await self._everywhere(notice_id, alarm)
            await self._settle(notice_id, attempts, error)

    async def _everywhere(self, notice_id: int, alarm: Alarm) -> str | None:
        """None when all have it; who has it already is not rung again because of another."""
        link = f"{self._base}/desk/ticket/{alarm.ticket_id}" if alarm.ticket_id else f"{self._base}/desk"
        heard = self._heard.setdefault(notice_id, set())
        level = LEVELS.get(alarm.level, alarm.level)
        calls: dict[str, Awaitable[str | None]] = {
            bell.name: bell.ring(alarm.number, level, link) for bell in self._bells if bell.name not in heard
        }
        if self._webhook and WEBHOOK not in heard:
            calls[WEBHOOK] = self._post(alarm, link)
        errors = dict(zip(calls, await asyncio.gather(*calls.values()), strict=True))
        heard.update(name for name, error in errors.items() if error is None)
        failed = [error if name == WEBHOOK else f"{name} {error}" for name, error in errors.items() if error]
        if not failed:
            self._heard.pop(notice_id, None)
        return "，".join(failed) or None

    async def _post(self, alarm: Alarm, link: str) -> str | None:
        """None when it was taken, else the class of the failure."""
        assert self._client is not None
        try:
            answer = await self._client.post(self._webhook, json=payload(self._webhook, alarm, link))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        if answer.status_code >= 300:
            return f"HTTP {answer.status_code}"
        return _refusal(answer)

    async def _settle(self, notice_id: int, attempts: int, error: str | None) -> None:
        now = self._clock()
        state = "sent" if error is None else ("failed" if attempts + 1 >= TRIES else "queued")
        if error is not None:
            log.warning("webhook failed", extra={"notice": notice_id, "error": error})
        at = now + int(backoff(attempts) * 1_000_000)
        if state == "failed":
            self._heard.pop(notice_id, None)
        await self._store.unit(lambda tx: alarms.settle_notice(tx, notice_id, state, next_at=at, error=error))


def _refusal(answer: httpx.Response) -> str | None:
    """WeCom says 200 and puts its refusal in the body."""
    with contextlib.suppress(ValueError):
        body = answer.json()
        if isinstance(body, Mapping) and body.get("errcode"):
            return f"errcode {body['errcode']}"
    return None
