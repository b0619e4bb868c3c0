"""The plainest use of the sentence vectors, to compare with: the nearest training sentence says what was meant. For the engine's environment."""

# ruff: noqa: UP006, UP019, UP035, UP037, UP045, B905 - Rasa checks the annotations of its components, and has Python 3.10

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.components.classifier import SEPARATOR, dense_row, unit_rows
from engine.importer import label_of

RANKING = 10
LABELS, VECTORS = "labels.json", "vectors.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NearestPhrasing(IntentClassifier, GraphComponent):
    """Labels by the mean-centred cosine of their nearest example; sets what NgramVectorClassifier sets, with cosines for scores."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._labels: List[Text] = []
        self._mean: Optional[np.ndarray] = None
        self._known: Optional[np.ndarray] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NearestPhrasing":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NearestPhrasing":
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._labels = json.loads((folder / LABELS).read_text(encoding="utf-8"))
            with np.load(folder / VECTORS, allow_pickle=False) as stored:
                component._mean, component._known = stored["mean"], stored["known"]
        return component

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        dense = np.vstack([dense_row(each) for each in examples]).astype(np.float32)
        mean = dense.mean(axis=0)
        with self._storage.write_to(self._resource) as folder:
            labels = json.dumps([label_of(each) for each in examples], ensure_ascii=False)
            (folder / LABELS).write_text(labels, encoding="utf-8")
            np.savez(folder / VECTORS, mean=mean, known=unit_rows(dense - mean))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            scores = self._by_label(dense_row(message))
            ranked = sorted(scores, key=scores.__getitem__, reverse=True)
            intents = [{"name": each.partition(SEPARATOR)[0], "confidence": scores[each]} for each in ranked]
            topics = [
                {"id": each.partition(SEPARATOR)[2], "score": scores[each]} for each in ranked if SEPARATOR in each
            ]
            message.set(INTENT, intents[0], add_to_output=True)
            message.set("intent_ranking", intents[:RANKING], add_to_output=True)
            message.set("topics", topics[:RANKING], add_to_output=True)
            message.set("nearest", intents[0]["confidence"], add_to_output=True)
        return messages

    def _by_label(self, vector: np.ndarray) -> Dict[Text, float]:
        """The cosine of every label's nearest example."""
        cosines = self._known @ unit_rows(vector[np.newaxis] - self._mean)[0]
        best: Dict[Text, float] = {}
        for label, cosine in zip(self._labels, cosines.tolist()):
            best[label] = max(cosine, best.get(label, -1.0))
        return best
