"""The danger judgement as a Rasa component: classifier and phrase rules, written beside the intent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.featurizer import SentenceFeaturizer, vectors_of
from nlu.components.messages import examples_of
from nlu.components.source import fingerprint
from nlu.components.storage import read_weights, write_weights
from nlu.danger import DangerModel
from nlu.encoder import shared_encoder
from nlu.rules import Findings, find
from nlu.text import normal
from nlu.understanding import Vector


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerClassifier(GraphComponent):
    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: DangerModel | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`folds` of the cross-validation that sets the limits."""
        return {"folds": 3}

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceFeaturizer]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        del config
        return fingerprint()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerClassifier:
        del execution_context
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DangerClassifier:
        del execution_context, kwargs
        return cls(config, model_storage, resource, DangerModel.from_arrays(read_weights(model_storage, resource)))

    def train(self, training_data: TrainingData) -> Resource:
        from nlu.fit_danger import DangerPlan, fit_danger  # noqa: PLC0415 - scikit-learn is only for training

        messages = training_data.intent_examples
        vectors, texts, findings = _masked(messages)
        examples = [replace(item, text=text) for item, text in zip(examples_of(messages), texts, strict=True)]
        self._model = fit_danger(examples, vectors, findings, DangerPlan(folds=self._config["folds"]))
        write_weights(self._storage, self._resource, self._model.arrays())
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if self._model is not None and spoken:
            for message, danger in zip(spoken, self._model.judge(*_masked(spoken)), strict=True):
                message.set("danger", {**danger.to_dict(), "confidence": danger.confidence}, add_to_output=True)
        return messages


def _masked(messages: list[Message]) -> tuple[Vector, list[str], list[Findings]]:
    """Vectors and texts with the masks of the rules cut out; most messages need no second encoding."""
    vectors = vectors_of(messages).copy()
    texts = [normal(message.get(TEXT)).text for message in messages]
    findings = [find(text) for text in texts]
    changed = [number for number, found in enumerate(findings) if found.masked]
    if changed:
        vectors[changed] = shared_encoder().encode([findings[number].text for number in changed])
    return (
        vectors,
        [found.text if found.masked else text for text, found in zip(texts, findings, strict=True)],
        findings,
    )
