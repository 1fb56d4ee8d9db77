"""The access token: kept sealed in the store, made anew by one process at a time, before it runs out."""

import asyncio
import logging
from collections.abc import Callable

import httpx

from bot.channels.base import Later
from bot.channels.wechat import codes
from bot.channels.wechat.account import Account
from bot.channels.wechat.codes import answer_of
from bot.channels.wechat.wire import PATIENCE, json_of, retry_after
from store import Store, channel_tokens, leases
from store.channel_tokens import ChannelToken

logger = logging.getLogger("halfsky.wechat")

SECOND = 1_000_000
MARGIN = 300 * SECOND  # in its last five minutes the platform hands out the next one while the old one still works
LEASE = 30.0  # seconds one process has to fetch a token
LOOK = 0.2
FORCED_EVERY = 30 * SECOND  # the platform ignores a forced refresh sooner than that, and allows twenty a day


class Tokens:
    def __init__(
        self, account: Account, store: Store, http: httpx.AsyncClient, clock: Callable[[], int], owner: str
    ) -> None:
        self._account = account
        self._store = store
        self._http = http
        self._clock = clock
        self._owner = owner
        self._kept: ChannelToken | None = None
        self._lock = asyncio.Lock()
        self._forced_at = 0

    async def current(self) -> str:
        """A token that lasts a while yet. Raises Later."""
        if not self._lasts(self._kept):
            async with self._lock:
                if not self._lasts(self._kept):  # who waited here finds it made
                    await self._find(refused=None)
        assert self._kept is not None
        return self._kept.value

    async def renew(self, refused: str) -> None:
        """The platform no longer takes this one: use what another process made meanwhile, or make a new one."""
        async with self._lock:
            if self._kept is None or self._kept.value == refused:
                self._kept = None
                await self._find(refused=refused)

    def _lasts(self, token: ChannelToken | None) -> bool:
        return token is not None and token.until - self._clock() > MARGIN

    async def _find(self, refused: str | None) -> None:
        name = f"token:{self._account.inbox}"
        end = asyncio.get_running_loop().time() + LEASE
        while asyncio.get_running_loop().time() < end:
            found = await self._store.read(lambda tx: channel_tokens.read(tx, self._account.inbox))
            if found is not None and self._lasts(found) and found.value != refused:
                self._kept = found
                return
            now = self._clock()
            until = now + int(LEASE * SECOND)
            if await self._store.unit(lambda tx: leases.take(tx, name, self._owner, now=now, until=until)):  # noqa: B023 - run before it moves on
                try:
                    self._kept = await self._fetch(refused)
                finally:
                    await self._store.unit(lambda tx: leases.drop(tx, name, self._owner))
                return
            await asyncio.sleep(LOOK)
        raise Later("token")

    async def _fetch(self, refused: str | None) -> ChannelToken:
        token = await self.ask(force=False)
        if token.value == refused and self._clock() - self._forced_at > FORCED_EVERY:
            self._forced_at = self._clock()
            token = await self.ask(force=True)
        await self._store.unit(
            lambda tx: channel_tokens.keep(tx, self._account.inbox, token.value, until=token.until, now=self._clock())
        )
        return token

    async def ask(self, *, force: bool) -> ChannelToken:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        try:
            answer = await self._http.post(f"{self._account.api_url}/cgi-bin/stable_token", json=body, timeout=PATIENCE)
        except httpx.HTTPError as error:
            raise Later("network") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Later("limited", retry_after(answer))
        told = answer_of(json_of(answer))
        value, seconds = told.body.get("access_token"), told.body.get("expires_in")
        if isinstance(value, str) and isinstance(seconds, int):
            logger.info("wechat_token_made", extra={"seconds": seconds, "forced": force})
            now = self._clock()
            return ChannelToken(value, now + seconds * SECOND, now)
        raise self._refused(told)

    def _refused(self, told: codes.Answer) -> Later:
        problem = codes.problem_of(told) or ("secret" if told.code in codes.TOKEN else None)
        if problem is not None:  # the log names the address that must go on the whitelist
            logger.error("wechat_problem", extra={"code": told.code, "problem": problem})
            return Later(problem, 60.0)
        return Later("limited", codes.LIMITED[told.code]) if told.code in codes.LIMITED else Later("busy")
