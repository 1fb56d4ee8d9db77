"""A Rasa server behind the same words as the model in this process (HALFSKY_NLU_URL)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlu.encoder import shared_encoder
from nlu.remote import RemoteInterpreter
from nlu.serving import Request
from nlu.text import normal
from nlu.understanding import Understanding


class RemoteModel:
    """Lives on the reader's thread with a loop of its own; the sentence vectors for the articles are made here."""

    def __init__(self, url: str, places: Mapping[str, str]) -> None:
        self.model = "rasa-server"
        self._loop = asyncio.new_event_loop()
        self._client = RemoteInterpreter(url, places=places)

    def parse_many(self, requests: Sequence[Request | str]) -> list[Understanding]:
        """Raises RemoteError when the server is late, down or speaks nonsense."""
        wanted = [Request(one) if isinstance(one, str) else one for one in requests]
        understood = self._loop.run_until_complete(self._all(wanted))
        vectors = shared_encoder().encode([normal(one.joined).text for one in wanted])
        return [replace(one, vector=vector) for one, vector in zip(understood, vectors, strict=True)]

    async def _all(self, wanted: Sequence[Request]) -> list[Understanding]:
        return await asyncio.gather(*(self._client.parse(one.text, one.waiting) for one in wanted))
