"""What a narrative is about, learned from the labelled narratives: a hint for triage, whose rules stay with petition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from engine.components.classifier import dense_row, read, regression, sparse_row, unit_rows, write
from engine.components.regression import Regression, fit
from engine.importer import MATTER, TYPE

MATTERS = "matters"
TYPES = "types"
BUTTON = "/"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MatterClassifier(IntentClassifier, GraphComponent):
    """Sets `matters` ({matter: probability}, the likeliest) and `types` ({type: probability}) of what is long enough to
    be a narrative.

    The probabilities are those of a narrative: a question gets them too, and they say nothing about whether it is one.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """C: inverse regularisation; rank: directions kept for the fit; ranking_length: how many matters are reported;
        shortest: characters that a narrative has at least."""
        return {"C": 10.0, "rank": 800, "ranking_length": 5, "shortest": 8}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learned: Optional[Dict[Text, "Labelling"]] = None,
    ) -> None:
        """`learned`: by the attribute that it sets."""
        self._config = config
        self._model_storage, self._resource = model_storage, resource
        self._learned = learned or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MatterClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "MatterClassifier":
        with model_storage.read_from(resource) as folder:
            learned = {path.name: Labelling.load(path) for path in sorted(folder.iterdir()) if path.is_dir()}
        return cls(config, model_storage, resource, learned)

    def train(self, training_data: TrainingData) -> Resource:
        """Without labelled narratives nothing is learned and nothing is set."""
        examples = [each for each in training_data.training_examples if each.get(MATTER)]
        for name, attribute in ((MATTERS, MATTER), (TYPES, TYPE)):
            labels = [each.get(attribute) for each in examples]
            if len(set(labels)) > 1:
                self._learned[name] = Labelling.learn(examples, labels, self._config["C"], self._config["rank"])
        with self._model_storage.write_to(self._resource) as folder:
            for name, labelling in self._learned.items():
                labelling.save(folder / name)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = (message.get(TEXT) or "").strip()
            if len(text) >= self._config["shortest"] and not text.startswith(BUTTON):
                for name, labelling in self._learned.items():
                    likeliest = labelling.judge(message, self._config["ranking_length"])
                    message.set(name, likeliest, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data


class Labelling:
    """The regression for one kind of label: on n-grams alone and, where an encoder ran, with vectors, centred on the
    mean of the narratives. Every label weighs the same: reports are as rare here as in life, and must not be missed."""

    LABELS, PLAIN, JOINT, MEAN = "labels.json", "ngrams.npz", "joint.npz", "mean.npz"

    def __init__(
        self,
        labels: List[Text],
        plain: Regression,
        joint: Optional[Regression] = None,
        mean: Optional[np.ndarray] = None,
    ) -> None:
        self.labels, self.plain, self.joint, self.mean = labels, plain, joint, mean

    @classmethod
    def learn(cls, examples: List[Message], wanted: List[Text], c: float, rank: int) -> "Labelling":
        """Fit on examples that the featurizers have seen."""
        sparse = csr_matrix(vstack([sparse_row(example) for example in examples]), dtype=np.float32)
        plain, labels = fit(sparse, None, wanted, c=c, rank=rank, balanced=True)
        rows = [row for row in map(dense_row, examples) if row is not None]
        if len(rows) < len(examples):
            return cls(labels, plain)
        dense = np.vstack(rows).astype(np.float32)
        mean = dense.mean(axis=0)
        joint, _ = fit(sparse, unit_rows(dense - mean), wanted, c=c, rank=rank, balanced=True)
        return cls(labels, plain, joint, mean)

    def judge(self, message: Message, length: int) -> Dict[Text, float]:
        """The likeliest labels with their probabilities, best first."""
        row, vector = sparse_row(message), dense_row(message)
        if vector is None or self.joint is None or self.mean is None:
            scores = self.plain.probabilities(row, None)
        else:
            scores = self.joint.probabilities(row, unit_rows(vector[np.newaxis] - self.mean)[0])
        best = np.argsort(-scores, kind="stable")[:length]
        return {self.labels[index]: round(float(scores[index]), 4) for index in best}

    def save(self, folder: Path) -> None:
        folder.mkdir()
        (folder / self.LABELS).write_text(json.dumps(self.labels), encoding="utf-8")
        write(folder / self.PLAIN, self.plain.arrays())
        if self.joint is not None and self.mean is not None:
            write(folder / self.JOINT, self.joint.arrays())
            write(folder / self.MEAN, {"mean": self.mean})

    @classmethod
    def load(cls, folder: Path) -> "Labelling":
        labels = json.loads((folder / cls.LABELS).read_text(encoding="utf-8"))
        plain = regression(read(folder / cls.PLAIN))
        if not (folder / cls.JOINT).exists():
            return cls(labels, plain)
        return cls(labels, plain, regression(read(folder / cls.JOINT)), read(folder / cls.MEAN)["mean"])
