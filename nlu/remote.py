"""Understanding from a Rasa server (`rasa run --enable-api`) instead of the model in this process."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from nlu.danger import graver, rules_danger
from nlu.entities import find_entities
from nlu.gazetteer import Gazetteer
from nlu.helpers import helper_entity
from nlu.taxonomy import group_of, taxonomy
from nlu.text import normal
from nlu.understanding import Alternative, Danger, Entity, Understanding

UNSURE = 0.4  # below this a pipeline that says nothing about holding back is held back
TIMEOUT = httpx.Timeout(2.0)


class RemoteError(RuntimeError):
    """The server did not give an understanding; the rules must do."""


class RemoteInterpreter:
    """Any pipeline will do: what it does not say about danger, the rules say."""

    def __init__(
        self, url: str, *, places: Mapping[str, str] | None = None, client: httpx.AsyncClient | None = None
    ) -> None:
        self._url = f"{url.rstrip('/')}/model/parse"
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT)
        self._places = Gazetteer(places) if places else None

    async def parse(self, text: str, waiting: Sequence[str] = ()) -> Understanding:
        """Raises RemoteError when the server is late, down or speaks nonsense."""
        joined = " ".join([*waiting, text])
        try:
            response = await self._client.post(self._url, json={"text": joined})
            response.raise_for_status()
            return self._understanding(response.json(), text, joined)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, IndexError) as error:
            raise RemoteError(f"Rasa 服务没有给出可用的结果（{type(error).__name__}）") from error

    async def close(self) -> None:
        await self._client.aclose()

    def _understanding(self, answer: Mapping[str, Any], text: str, joined: str) -> Understanding:
        ranking = [Alternative(str(each["name"]), float(each["confidence"])) for each in answer["intent_ranking"]]
        intent, confidence = str(answer["intent"]["name"]), float(answer["intent"]["confidence"])
        danger = graver(rules_danger(joined), _danger(answer.get("danger")))
        own = normal(text)
        helper = helper_entity(normal(joined), danger) if text == joined else None
        entities: tuple[Entity, ...] = find_entities(own, self._places)
        known = taxonomy().intents.get(intent)
        return Understanding(
            intent=intent,
            group=group_of(intent),
            confidence=confidence,
            abstain=bool(answer.get("abstain", confidence < UNSURE)),
            alternatives=tuple(other for other in ranking if other.intent != intent)[:3],
            needs=tuple(answer.get("needs", (intent,) if known is not None and known.consultation else ())),
            danger=danger,
            entities=(*entities, helper) if helper is not None else entities,
            model=str(answer.get("model_id", "rasa")),
        )


def _danger(said: Mapping[str, Any] | None) -> Danger:
    return Danger(**said) if said else Danger()
