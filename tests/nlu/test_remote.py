"""A Rasa server elsewhere gives the intent; danger is never left to it alone."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nlu.remote import RemoteError, RemoteInterpreter

STOCK: dict[str, Any] = {
    "text": "x",
    "intent": {"name": "rights_dv", "confidence": 0.7},
    "entities": [],
    "intent_ranking": [
        {"name": "rights_dv", "confidence": 0.7},
        {"name": "marriage_divorce", "confidence": 0.2},
        {"name": "other_petition", "confidence": 0.05},
    ],
}
OURS = STOCK | {
    "abstain": True,
    "needs": ["rights_dv", "marriage_divorce"],
    "danger": {"level": "urgent", "kind": "threat", "sure": True, "confidence": 0.8},
}


class Rasa(BaseHTTPRequestHandler):
    answer: bytes = b""
    status = 200
    asked: list[Any] = []  # noqa: RUF012 - the handler is made anew for each request

    def do_POST(self) -> None:
        self.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Rasa.asked.clear()
    Rasa.status = 200
    with ThreadingHTTPServer(("127.0.0.1", 0), Rasa) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def remote(server: ThreadingHTTPServer) -> RemoteInterpreter:
    return RemoteInterpreter(f"http://127.0.0.1:{server.server_port}/", places={"吴江": "wujiang"})


async def test_stock_pipeline_gets_danger_from_the_rules(server: ThreadingHTTPServer) -> None:
    Rasa.answer = json.dumps(STOCK).encode()
    client = remote(server)
    understood = await client.parse("又打我了", ["我在吴江", "老公"])
    await client.close()
    assert Rasa.asked == [("/model/parse", {"text": "我在吴江 老公 又打我了"})]
    assert (understood.intent, understood.group, understood.confidence) == ("rights_dv", "rights", 0.7)
    assert [other.intent for other in understood.alternatives] == ["marriage_divorce", "other_petition"]
    assert understood.needs == ("rights_dv",)
    assert understood.danger.kind == "violence_recent"
    assert understood.abstain is False
    assert understood.vector is None


async def test_our_pipeline_says_everything(server: ThreadingHTTPServer) -> None:
    Rasa.answer = json.dumps(OURS).encode()
    client = remote(server)
    understood = await client.parse("我在吴江")
    await client.close()
    assert understood.abstain
    assert understood.needs == ("rights_dv", "marriage_divorce")
    assert understood.danger.kind == "threat"
    assert [entity.value for entity in understood.entities] == ["wujiang"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b"{}"), (200, b"not json"), (200, b"{}"), (200, b"[]"), (200, b'{"intent": null, "intent_ranking": []}')],
)
async def test_nonsense_is_an_error(server: ThreadingHTTPServer, status: int, answer: bytes) -> None:
    Rasa.status, Rasa.answer = status, answer
    client = remote(server)
    with pytest.raises(RemoteError):
        await client.parse("你好")
    await client.close()


async def test_nobody_there() -> None:
    client = RemoteInterpreter("http://127.0.0.1:9")
    with pytest.raises(RemoteError):
        await client.parse("你好")
    await client.close()
