"""The WeChat platform as a process of its own: sealed pushes at a fixed rate, its API, and what each follower saw.

Started by benchmarks.channels: one JSON line with the plan on stdin, `ready`, then `go <time>`, then `stop` and the
result as one JSON line on stdout. All signatures and AES are made before the start and opened after the end.
"""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.channels.wechat import xml
from bot.channels.wechat.account import aes_key
from bot.channels.wechat.crypto import seal, sign, signed, unseal
from bot.channels.wechat.simulator import Credentials, Platform
from bot.channels.wechat.simulator.platform import MESSAGE, SECOND, Json, error

HOST = "127.0.0.1"
MISS = 5.0  # seconds: then the platform hangs up and pushes again
GIVEN_UP = 30.0
REPEAT_EVERY = 50  # one push in so many is brought again, as if its answer had been lost on the way …
AT_ONCE_EVERY = 200  # … and one in so many while the first is still being answered
IDLE = 3.0  # seconds a connection is kept for the next push


@dataclass(frozen=True, slots=True)
class Plan:
    port: int  # of the product
    api_port: int
    app_id: str
    secret: str
    token: str
    aes_key: str
    texts: list[str]
    rate: int  # a second
    begin: float  # seconds after `go`; negative: the warm-up
    end: float


@dataclass(slots=True)
class Sending:
    """One push; `at` in seconds after `go`."""

    at: float
    openid: str
    requests: list[bytes]  # the push, then its repeat if there is one
    wait: float | None  # seconds until it is repeated
    answers: list[tuple[float, bytes]] = field(default_factory=list)  # seconds since it was due, raw body
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one follower had on her screen."""

    openid: str
    at: float
    seconds: float | None  # to the first thing she could read; None: nothing came
    slowest: float  # answer of the webhook to any try
    screen: list[str]
    tries: int
    differs: bool  # the repeat got another answer than the push
    failed: str | None


class Line:
    """Kept-alive connections, one request at a time on each, opened when all are busy."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        reader, writer = await self._connection()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        if b"connection: close" in head:
            writer.close()
        else:
            self._idle.append((time.monotonic(), reader, writer))
        return int(head.split(b" ", 2)[1]), body

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if time.monotonic() - since < IDLE and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(HOST, self._port)


def prepared(plan: Plan, go: float) -> list[Sending]:
    """Every push with its signature for the moment it will be sent."""
    credentials = credentials_of(plan)
    found: list[Sending] = []
    for number in range(int((plan.end - plan.begin) * plan.rate)):
        at = plan.begin + number / plan.rate
        openid = f"o{secrets.token_hex(13)}"
        fields: dict[str, str | int] = {
            "ToUserName": credentials.original_id,
            "FromUserName": openid,
            "CreateTime": int(go + at),
            "MsgType": "text",
            "Content": plan.texts[number % len(plan.texts)],
            "MsgId": 24_000_000_000_000_000 + number,
        }
        at_once = number % AT_ONCE_EVERY == AT_ONCE_EVERY // 2
        again = number % REPEAT_EVERY == REPEAT_EVERY - 1
        wait = 0.01 if at_once else MISS if again else None
        moments = [at] if wait is None else [at, at + wait]
        requests = [_request(plan, credentials, fields, openid, int(go + moment)) for moment in moments]
        found.append(Sending(at, openid, requests, wait))
    return found


def credentials_of(plan: Plan) -> Credentials:
    return Credentials(plan.app_id, plan.secret, plan.token, aes_key(plan.aes_key))


def _request(plan: Plan, credentials: Credentials, fields: dict[str, str | int], openid: str, timestamp: int) -> bytes:
    assert credentials.aes_key is not None
    sealed, nonce = seal(credentials.aes_key, xml.write(fields), plan.app_id), str(secrets.randbelow(10**10))
    query = {
        "signature": sign(plan.token, str(timestamp), nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
        "encrypt_type": "aes",
        "msg_signature": sign(plan.token, str(timestamp), nonce, sealed),
    }
    address = "&".join(f"{name}={value}" for name, value in query.items())
    body = xml.write({"ToUserName": credentials.original_id, "Encrypt": sealed}).encode()
    head = f"POST /wechat?{address} HTTP/1.1\r\nHost: {HOST}:{plan.port}\r\nContent-Type: text/xml\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def push(line: Line, sending: Sending, start: float, platform: Platform) -> None:
    """`start`: the loop's time of `go`."""
    loop = asyncio.get_running_loop()
    platform.allow(sending.openid, MESSAGE)

    async def once(request: bytes, due: float) -> None:
        await asyncio.sleep(due - loop.time())
        try:
            async with asyncio.timeout(GIVEN_UP):
                status, body = await line.ask(request)
            if status != 200:
                sending.failed = f"HTTP {status}"
            sending.answers.append((loop.time() - due, body))
        except (OSError, EOFError, TimeoutError) as fault:
            sending.failed = repr(fault)

    due = start + sending.at
    moments = [due] if sending.wait is None else [due, due + sending.wait]
    await asyncio.gather(*(once(request, at) for request, at in zip(sending.requests, moments, strict=True)))


async def serve(platform: Platform, port: int, seen: dict[str, float]) -> asyncio.Server:
    """The API by hand: Starlette and uvicorn would cost more than the product's own calls."""
    calls = {"/cgi-bin/message/custom/send": platform.custom_send, "/cgi-bin/menu/create": platform.menu_create}

    def answer(path: str, query: str, body: Json) -> Json:
        if path == "/cgi-bin/stable_token":
            return platform.stable_token(body, HOST)
        token = dict(part.partition("=")[::2] for part in query.split("&")).get("access_token")
        told = platform.check_token(token)
        if told is None:
            told = calls[path](body) if path in calls else error(48001, "api unauthorized")
            if path.endswith("/send") and told["errcode"] == 0:
                seen.setdefault(str(body["touser"]), time.monotonic())
        return told

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                size = head.lower().partition("content-length:")[2].partition("\r\n")[0]
                body = await reader.readexactly(int(size or 0))
                path, _, query = head.split(" ", 2)[1].partition("?")
                told = json.dumps(answer(path, query, json.loads(body or b"{}")), ensure_ascii=False).encode()
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\n\r\n".encode() + told)
        except (OSError, EOFError, asyncio.CancelledError):
            writer.close()

    return await asyncio.start_server(talk, HOST, port)


def outcome_of(sending: Sending, plan: Plan, platform: Platform, start: float, seen: dict[str, float]) -> Outcome:
    credentials = credentials_of(plan)
    texts = [_read(credentials, body) for _, body in sending.answers]
    passive = next((text for text in texts if text is not None), None)
    read = [seconds for (seconds, _), text in zip(sending.answers, texts, strict=True) if text is not None]
    if sending.openid in seen:
        read.append(seen[sending.openid] - start - sending.at)
    later = [one.text for one in platform.follower(sending.openid).got]
    return Outcome(
        openid=sending.openid,
        at=sending.at,
        seconds=min(read) if read else None,
        slowest=max((seconds for seconds, _ in sending.answers), default=GIVEN_UP),
        screen=[*([] if passive is None else [passive]), *later],
        tries=len(sending.requests),
        differs=len(set(texts)) > 1,
        failed=sending.failed,
    )


def _read(credentials: Credentials, body: bytes) -> str | None:
    """The text of a passive reply; None for a bare `success`. A wrong signature is an error."""
    if body in {b"success", b""}:
        return None
    assert credentials.aes_key is not None
    fields = xml.read(body)
    if not signed(fields["MsgSignature"], credentials.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]):
        raise ValueError("signature of the reply")
    return xml.read(unseal(credentials.aes_key, fields["Encrypt"], credentials.app_id))["Content"]


async def run(plan: Plan) -> list[Outcome]:
    platform = Platform(credentials_of(plan), lambda: time.time_ns() * SECOND // 10**9)
    seen: dict[str, float] = {}
    server = await serve(platform, plan.api_port, seen)
    print("ready", flush=True)
    go = float((await _line()).split()[1])
    sendings = prepared(plan, go)
    loop = asyncio.get_running_loop()
    start = loop.time() + go - time.time()
    line = Line(plan.port)
    running: set[asyncio.Task[None]] = set()
    for sending in sendings:
        await asyncio.sleep(start + sending.at - loop.time() - 0.005)
        task = asyncio.create_task(push(line, sending, start, platform))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    print("sent", flush=True)
    await _line()  # `stop`: what had to leave later had its time
    server.close()
    return [outcome_of(sending, plan, platform, start, seen) for sending in sendings]


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


def result_of(line: str) -> Sequence[Outcome]:
    return [Outcome(**one) for one in json.loads(line)]


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    print(json.dumps([asdict(one) for one in asyncio.run(run(Plan(**plan)))]), flush=True)


if __name__ == "__main__":
    main()
