"""The sentence vector of a message as a Rasa featurizer."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.source import fingerprint
from nlu.encoder import shared_encoder
from nlu.text import normal
from nlu.understanding import Vector

ORIGIN = "SentenceFeaturizer"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(GraphComponent):
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        del config, model_storage, resource, execution_context
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        del config
        return fingerprint()

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        vectors = shared_encoder().encode([normal(message.get(TEXT)).text for message in spoken])
        for message, vector in zip(spoken, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def vectors_of(messages: list[Message]) -> Vector:
    """What the featurizer left on the messages, shape (n, 512)."""
    rows = []
    for message in messages:
        _, sentence = message.get_dense_features(TEXT, [ORIGIN])
        if sentence is None:
            raise ValueError("SentenceFeaturizer 必须排在分类组件之前（config.yml）")
        rows.append(sentence.features[0])
    return np.array(rows, dtype=np.float32).reshape(len(rows), -1)
