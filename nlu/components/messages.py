"""Our labels from the metadata that Rasa keeps on each training message."""

from __future__ import annotations

from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.examples import Example, example
from nlu.text import normal


def examples_of(messages: list[Message]) -> list[Example]:
    return [
        example(
            normal(message.get(TEXT)).text,
            message.get(INTENT),
            message.get(METADATA, {}).get(METADATA_EXAMPLE),
        )
        for message in messages
    ]
