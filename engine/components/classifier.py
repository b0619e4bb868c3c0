"""The classifier: one logistic regression over intents and knowledge topics at once.

Every phrasing of a topic is an example of the intent `ask/<topic>`. Training on the whole label keeps what separates
two topics, and the
probability of `ask` is the sum over its topics. The ranking of topics travels with the message, so that nothing is
computed twice.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from engine.components.regression import Regression, fit
from engine.importer import MATTER, label_of

TOPICS = "topics"
NEAREST = "nearest"
SEPARATOR = "/"
NOT_MEASURED = 1.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramVectorClassifier(IntentClassifier, GraphComponent):
    """Intents and topics from the sentence vector and character n-grams.

    Sets `intent`, `intent_ranking`, `topics` ([{"id", "score"}], best first, scores are probabilities) and `nearest`
    (the cosine to the
    nearest training sentence, -1 to 1, by mean-centred vectors): a high probability far from every known sentence is
    not knowledge.
    A message without a vector is judged by a regression of its own, on n-grams alone, and its `nearest` is 1: nothing
    speaks against it.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """C: inverse regularisation; rank: directions kept for the fit; ranking_length: how many intents and topics
        are reported; narrative_weight: what a labelled narrative counts beside another example, for there are many and
        questions are told like stories."""
        return {"C": 10.0, "rank": 800, "ranking_length": 6, "narrative_weight": 0.25}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learned: Optional["Learned"] = None,
    ) -> None:
        self._config = config
        self._model_storage, self._resource = model_storage, resource
        self._learned = learned

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramVectorClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramVectorClassifier":
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Learned.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        weights = [self._config["narrative_weight"] if each.get(MATTER) else 1.0 for each in examples]
        self._learned = Learned.from_examples(examples, weights, self._config["C"], self._config["rank"])
        with self._model_storage.write_to(self._resource) as folder:
            self._learned.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._classify(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def _classify(self, message: Message) -> None:
        if self._learned is None or not (message.get(TEXT) or "").strip():
            message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            return
        scores, nearest = self._learned.judge(sparse_row(message), dense_row(message))
        length = self._config["ranking_length"]
        ranking = self._learned.intents(scores)
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking[:length], add_to_output=True)
        message.set(TOPICS, self._learned.topics(scores)[:length], add_to_output=True)
        message.set(NEAREST, nearest, add_to_output=True)


class Learned:
    """What training left: the labels, the regression on n-grams alone and, where an encoder ran, the one with vectors
    and what it knows."""

    LABELS, PLAIN, JOINT, VECTORS = "labels.json", "ngrams.npz", "joint.npz", "vectors.npz"

    def __init__(
        self,
        labels: List[Text],
        plain: Regression,
        joint: Optional[Regression] = None,
        vectors: Optional[Tuple[np.ndarray, np.ndarray]] = None,
    ) -> None:
        """`vectors`: the mean of the training vectors float32[384], and the centred training vectors float32[n, 384]
        of length 1."""
        self.labels, self.plain, self.joint, self.vectors = labels, plain, joint, vectors
        self._intents = [label.partition(SEPARATOR)[0] for label in labels]
        self._topics = [
            (index, label.partition(SEPARATOR)[2]) for index, label in enumerate(labels) if SEPARATOR in label
        ]

    @classmethod
    def from_examples(cls, examples: List[Message], weights: List[float], c: float, rank: int) -> "Learned":
        """Fit on examples that the featurizers have seen."""
        wanted = [label_of(example) for example in examples]
        sparse = csr_matrix(vstack([sparse_row(example) for example in examples]), dtype=np.float32)
        plain, labels = fit(sparse, None, wanted, c=c, rank=rank, weights=weights)
        rows = [row for row in map(dense_row, examples) if row is not None]
        if len(rows) < len(examples):
            return cls(labels, plain)
        dense = np.vstack(rows).astype(np.float32)
        mean = dense.mean(axis=0)
        centred = unit_rows(dense - mean)
        joint, _ = fit(sparse, centred, wanted, c=c, rank=rank, weights=weights)
        return cls(labels, plain, joint, (mean, centred))

    def judge(self, row: csr_matrix, vector: Optional[np.ndarray]) -> Tuple[np.ndarray, float]:
        """Probability of every label, and the cosine to the nearest training sentence."""
        if vector is None or self.joint is None or self.vectors is None:
            return self.plain.probabilities(row, None), NOT_MEASURED
        mean, known = self.vectors
        centred = unit_rows(vector[np.newaxis] - mean)[0]
        return self.joint.probabilities(row, centred), round(float((known @ centred).max()), 4)

    def intents(self, scores: np.ndarray) -> List[Dict[Text, Any]]:
        """Every intent, most likely first; that of `ask` is the sum over its topics."""
        sums: Dict[Text, float] = {}
        for intent, score in zip(self._intents, scores.tolist()):
            sums[intent] = sums.get(intent, 0.0) + score
        return [
            {"name": name, "confidence": min(sums[name], 1.0)}
            for name in sorted(sums, key=sums.__getitem__, reverse=True)
        ]

    def topics(self, scores: np.ndarray) -> List[Dict[Text, Any]]:
        """Every topic, most likely first."""
        ranked = sorted(self._topics, key=lambda topic: -scores[topic[0]])
        return [{"id": name, "score": round(float(scores[index]), 5)} for index, name in ranked]

    def save(self, folder: Path) -> None:
        (folder / self.LABELS).write_text(json.dumps(self.labels, ensure_ascii=False), encoding="utf-8")
        write(folder / self.PLAIN, self.plain.arrays())
        if self.joint is not None and self.vectors is not None:
            write(folder / self.JOINT, self.joint.arrays())
            write(folder / self.VECTORS, {"mean": self.vectors[0], "known": self.vectors[1]})

    @classmethod
    def load(cls, folder: Path) -> "Learned":
        labels = json.loads((folder / cls.LABELS).read_text(encoding="utf-8"))
        plain = regression(read(folder / cls.PLAIN))
        if not (folder / cls.JOINT).exists():
            return cls(labels, plain)
        vectors = read(folder / cls.VECTORS)
        return cls(labels, plain, regression(read(folder / cls.JOINT)), (vectors["mean"], vectors["known"]))


def write(path: Path, arrays: Dict[str, np.ndarray]) -> None:
    with path.open("wb") as stream:
        np.savez(stream, **arrays)


def read(path: Path) -> Dict[str, np.ndarray]:
    """Arrays only: nothing in the file can run."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def regression(arrays: Dict[str, np.ndarray]) -> Regression:
    return Regression(arrays["sparse"], arrays.get("dense"), arrays["intercepts"])


def sparse_row(message: Message) -> csr_matrix:
    features = message.get_sparse_features(TEXT)[1]
    return csr_matrix((1, 0), dtype=np.float32) if features is None else csr_matrix(features.features)


def dense_row(message: Message) -> Optional[np.ndarray]:
    features = message.get_dense_features(TEXT)[1]
    return None if features is None else features.features[0]


def unit_rows(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
