"""Calls to the platform: JSON in and out, one fresh token and one more try when the old one is refused."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.channels.base import Later
from bot.channels.wechat import codes
from bot.channels.wechat.codes import Answer, answer_of
from bot.channels.wechat.tokens import Tokens
from bot.channels.wechat.wire import PATIENCE, json_of, retry_after
from bot.settings import LOOPBACK

logger = logging.getLogger("halfsky.wechat")

MEDIA_LIMIT = 20_000_000  # bytes; the platform's own limit is 10 MB


class Rejected(Exception):
    """The platform understood the call and does not do it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.code))
        self.answer = answer


class Client:
    def __init__(self, api_url: str, tokens: Tokens, http: httpx.AsyncClient) -> None:
        self._api = api_url
        self._tokens = tokens
        self._http = http
        self.problem: str | None = None  # class of the fault the last call met

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Raises Rejected for what the platform refuses, Later for what may pass."""
        return await self._twice("POST", path, body, {})

    async def media(self, media_id: str) -> tuple[bytes, str]:
        """A temporary file and its media type; the platform keeps it for three days."""
        for last in (False, True):
            token = await self._token()
            answer = await self._call("GET", "/cgi-bin/media/get", None, {"access_token": token, "media_id": media_id})
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            if kind not in {"application/json", "text/plain"}:
                self.problem = None
                return answer.content, kind
            told = answer_of(json_of(answer))
            if told.code in codes.TOKEN and not last:
                await self._tokens.renew(token)
                continue
            video = told.body.get("video_url")
            if isinstance(video, str) and urlsplit(video).scheme in {"http", "https"}:
                return await self._video(video)
            self._judge(told)
        raise Later("token")

    async def _twice(self, method: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> Answer:
        for last in (False, True):
            token = await self._token()
            answer = answer_of(json_of(await self._call(method, path, body, {**query, "access_token": token})))
            if answer.code in codes.TOKEN and not last:
                logger.info("wechat_token_refused", extra={"code": answer.code})
                await self._tokens.renew(token)
                continue
            self._judge(answer)
            return answer
        raise Later("token")

    async def _token(self) -> str:
        try:
            return await self._tokens.current()
        except Later as error:
            self.problem = error.reason
            raise

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]
    ) -> httpx.Response:
        try:
            answer = await self._http.request(
                method, f"{self._api}{path}", json=body, params=dict(query), timeout=PATIENCE
            )
        except httpx.HTTPError as error:
            self.problem = "network"
            raise Later("network") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.problem = "limited"
            raise Later("limited", retry_after(answer))
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            self.problem = "network"
            raise Later(f"http{answer.status_code}")
        return answer

    async def _video(self, address: str) -> tuple[bytes, str]:
        """Videos lie on another host; it gets no token."""
        answer = await self._call_plain(address)
        return answer.content, answer.headers.get("content-type", "video/mp4").partition(";")[0].strip()

    async def _call_plain(self, address: str) -> httpx.Response:
        try:
            return (await self._http.get(address, timeout=PATIENCE)).raise_for_status()
        except httpx.HTTPError as error:
            raise Later("network") from error

    def _judge(self, answer: Answer) -> None:
        """Returns for a success; every other code becomes an exception."""
        problem = codes.problem_of(answer)
        if answer.code in codes.TOKEN:
            problem = "token"  # refused although it was just made
        self.problem = problem
        if answer.code == 0:
            return
        if problem is not None:
            logger.error("wechat_problem", extra={"code": answer.code, "problem": problem})
            raise Later(problem, 60.0)
        if answer.code in codes.LIMITED:
            self.problem = "limited"
            raise Later("limited", codes.LIMITED[answer.code])
        if answer.code == codes.BUSY:
            raise Later("busy")
        if answer.code in codes.FORBIDDEN:
            self.problem = "permission"
            logger.error("wechat_problem", extra={"code": answer.code, "problem": "permission"})
        raise Rejected(answer)


def new_http(api_url: str) -> httpx.AsyncClient:
    """A proxy of the environment is the way to the platform, never the way to this machine."""
    return httpx.AsyncClient(
        trust_env=urlsplit(api_url).hostname not in LOOPBACK,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=32),
    )
