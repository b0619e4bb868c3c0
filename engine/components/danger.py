"""A second opinion on danger, learned from the examples of data/care; the first one are the rules of the action server."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.components.classifier import dense_row
from engine.components.matters import BUTTON, Labelling
from engine.danger import DANGER, HARMLESS, KINDS

DANGERS = "dangers"
LEARNED = "learned"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerClassifier(IntentClassifier, GraphComponent):
    """Sets `dangers` ({kind: probability}, without the harmless rest) of what has a sentence vector and is long enough.

    Every other training example counts as harmless. N-grams alone say too little: where no encoder runs, nothing is set.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """C: inverse regularisation; rank: directions kept for the fit; shortest: characters; least: a smaller sum of
        the probabilities is not reported."""
        return {"C": 10.0, "rank": 800, "shortest": 7, "least": 0.3}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learned: Optional[Labelling] = None,
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
    ) -> "DangerClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "DangerClassifier":
        with model_storage.read_from(resource) as folder:
            learned = Labelling.load(folder / LEARNED) if (folder / LEARNED).is_dir() else None
        return cls(config, model_storage, resource, learned)

    def train(self, training_data: TrainingData) -> Resource:
        """Without examples of danger nothing is learned and nothing is set."""
        examples = [each for each in training_data.training_examples if each.get(TEXT)]
        labels = [each.get(DANGER) or HARMLESS for each in examples]
        if len(set(labels)) > 1:
            self._learned = Labelling.learn(examples, labels, self._config["C"], self._config["rank"])
        with self._model_storage.write_to(self._resource) as folder:
            if self._learned is not None:
                self._learned.save(folder / LEARNED)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = (message.get(TEXT) or "").strip()
            if self._learned is None or len(text) < self._config["shortest"] or text.startswith(BUTTON):
                continue
            if dense_row(message) is not None:
                message.set(DANGERS, self._judge(message), add_to_output=True)
        return messages

    def _judge(self, message: Message) -> Dict[Text, float]:
        assert self._learned is not None
        dangers = {kind: p for kind, p in self._learned.judge(message, len(KINDS)).items() if kind != HARMLESS}
        return dangers if sum(dangers.values()) >= self._config["least"] else {}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data
