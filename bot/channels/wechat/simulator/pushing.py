"""What she does becomes signed pushes to the product's address: three tries, five seconds each."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.channels.wechat import xml
from bot.channels.wechat.crypto import seal, sign, signed, unseal
from bot.channels.wechat.simulator.platform import EVENT, MESSAGE, SECOND, Got, Platform

TRIES = 3
PATIENCE = 5.0
BROKEN = "该公众号提供的服务出现故障，请稍后再试"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one push: the answers of all tries, and the text she read at once, if any."""

    fields: dict[str, str | int]
    answers: tuple[str, ...]  # success, reply, silence, or an HTTP status
    reply: str | None


class Pusher:
    def __init__(self, platform: Platform, webhook: str, patience: float = PATIENCE) -> None:
        self._platform = platform
        self._webhook = webhook
        self._patience = patience
        self._http = httpx.AsyncClient(trust_env=False)
        self._msg_id = secrets.randbelow(10**15) + 10**18

    async def close(self) -> None:
        await self._http.aclose()

    def fields(self, openid: str, kind: str, **more: str | int) -> dict[str, str | int]:
        """A push as it will be sent; `again` may send it once more."""
        made: dict[str, str | int] = {
            "ToUserName": self._platform.credentials.original_id,
            "FromUserName": openid,
            "CreateTime": self._platform.clock() // SECOND,
            "MsgType": kind,
            **more,
        }
        if kind != "event":
            self._msg_id += 1
            made["MsgId"] = self._msg_id
        return made

    async def push(self, fields: Mapping[str, str | int]) -> Pushed:
        """Let the product know, as often as the platform would, and show her what comes back."""
        her = self._platform.follower(str(fields["FromUserName"]))
        self._allow(fields)
        answers: list[str] = []
        for _ in range(TRIES):
            answer, reply = await self.once(fields)
            answers.append(answer)
            if answer == "reply" and reply is not None:
                her.got.append(Got("passive", reply))
                return Pushed(dict(fields), tuple(answers), reply)
            if answer == "success":
                return Pushed(dict(fields), tuple(answers), None)
        if fields["MsgType"] != "event":
            her.got.append(Got("system", BROKEN))
        return Pushed(dict(fields), tuple(answers), None)

    async def once(self, fields: Mapping[str, str | int]) -> tuple[str, str | None]:
        """One try: success, reply (with its text), silence, or an HTTP status."""
        query, body = self._signed(xml.write(fields), str(fields["FromUserName"]))
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._http.post(self._webhook, params=query, content=body, timeout=None)
        except (TimeoutError, httpx.HTTPError):
            return "silence", None
        if answer.status_code != httpx.codes.OK:
            return str(answer.status_code), None
        if answer.text in {"success", ""}:
            return "success", None
        return "reply", self._read(answer.text)

    async def verify(self, *, token: str | None = None) -> str | None:
        """What happens when the operator saves the server configuration; None when the product refuses."""
        credentials = self._platform.credentials
        timestamp, nonce = str(self._platform.clock() // SECOND), secrets.token_hex(5)
        signature = sign(token or credentials.token, timestamp, nonce)
        echo = secrets.token_hex(8)
        query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
        answer = await self._http.get(self._webhook, params=query)
        return answer.text if answer.status_code == httpx.codes.OK else None

    def _signed(self, plain: str, openid: str) -> tuple[dict[str, str], bytes]:
        credentials = self._platform.credentials
        timestamp, nonce = str(self._platform.clock() // SECOND), secrets.token_hex(5)
        query = {
            "signature": sign(credentials.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
        }
        if credentials.aes_key is None:
            return query, plain.encode()
        sealed = seal(credentials.aes_key, plain, credentials.app_id)
        query |= {"encrypt_type": "aes", "msg_signature": sign(credentials.token, timestamp, nonce, sealed)}
        return query, xml.write({"ToUserName": credentials.original_id, "Encrypt": sealed}).encode()

    def _read(self, answer: str) -> str:
        """The text of a passive reply; anything wrong about it is an error the platform would show her."""
        credentials = self._platform.credentials
        fields = xml.read(answer)
        if credentials.aes_key is not None:
            parts = (credentials.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            if not signed(fields["MsgSignature"], *parts):
                raise ValueError("signature of the reply")
            fields = xml.read(unseal(credentials.aes_key, fields["Encrypt"], credentials.app_id))
        if fields["FromUserName"] != credentials.original_id or fields["MsgType"] != "text":
            raise ValueError("reply")
        if not 0 < len(fields["Content"].encode()) <= 2048:
            raise ValueError("length of the reply")
        return fields["Content"]

    def _allow(self, fields: Mapping[str, str | int]) -> None:
        her = str(fields["FromUserName"])
        event = fields.get("Event") if fields["MsgType"] == "event" else None
        if event is None:
            self._platform.allow(her, MESSAGE)
        elif event in {"subscribe", "SCAN", "CLICK"}:
            self._platform.allow(her, EVENT)
        if event == "subscribe":
            self._platform.follower(her).follows = True
        if event == "unsubscribe":
            self._platform.follower(her).follows = False
