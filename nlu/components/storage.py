"""Weights of a component in Rasa's model storage, without pickle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from nlu.archive import WEIGHTS


def write_weights(storage: ModelStorage, resource: Resource, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    with storage.write_to(resource) as folder:
        np.savez_compressed(folder / WEIGHTS, **arrays)  # type: ignore[arg-type]  # numpy's stub takes a name for allow_pickle


def read_weights(storage: ModelStorage, resource: Resource) -> dict[str, NDArray[np.generic]]:
    with storage.read_from(resource) as folder, np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
