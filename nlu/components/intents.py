"""The intent model as a Rasa intent classifier; needs and the wish to hold back stand beside the intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.clauses import with_parts
from nlu.components.featurizer import SentenceFeaturizer, vectors_of
from nlu.components.messages import examples_of
from nlu.components.source import fingerprint
from nlu.components.storage import read_weights, write_weights
from nlu.encoder import shared_encoder
from nlu.intents import Guess, IntentModel
from nlu.text import normal
from nlu.understanding import Danger


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConsultationClassifier(IntentClassifier, GraphComponent):
    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`folds` of the cross-validation that calibrates; `pairs` of sentences joined to learn several needs."""
        return {"folds": 3, "pairs": 1500}

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
    ) -> ConsultationClassifier:
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
    ) -> ConsultationClassifier:
        del execution_context, kwargs
        return cls(config, model_storage, resource, IntentModel.from_arrays(read_weights(model_storage, resource)))

    def train(self, training_data: TrainingData) -> Resource:
        from nlu.fit_intents import IntentPlan, fit_intents  # noqa: PLC0415 - scikit-learn is only for training

        messages = training_data.intent_examples
        plan = IntentPlan(folds=self._config["folds"], pairs=self._config["pairs"])
        self._model = fit_intents(examples_of(messages), vectors_of(messages), shared_encoder(), plan)
        write_weights(self._storage, self._resource, self._model.arrays())
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.intent_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if self._model is not None and spoken:
            texts = [normal(message.get(TEXT)).text for message in spoken]
            dangers = [Danger(**message.get("danger", {})) for message in spoken]
            guesses = self._model.read(vectors_of(spoken), texts, dangers)
            for message, text, guess in zip(spoken, texts, guesses, strict=True):
                _write(message, with_parts(guess, text, self._model, shared_encoder()))
        return messages


def _write(message: Message, guess: Guess) -> None:
    ranking = [{INTENT_NAME_KEY: other.intent, PREDICTED_CONFIDENCE_KEY: other.confidence} for other in guess.ranking]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set("abstain", guess.abstain, add_to_output=True)
    message.set("needs", list(guess.needs), add_to_output=True)
