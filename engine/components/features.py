"""Featurizers: the sentence vector and character n-grams of a message."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.components.ngrams import Ngrams
from engine.encoder import Encoder, EncoderUnavailable, load_encoder
from engine.text import fold
from engine.turn import current
from engine.var import var_dir

logger = logging.getLogger(__name__)


class ModelOutdated(RuntimeError):
    """The model was trained with another encoder than this machine has; their vectors do not mix."""


def attach(message: Message, matrix: Any, origin: Text) -> None:
    """Give the message one row of sentence features."""
    message.add_features(Features(matrix, FEATURE_TYPE_SENTENCE, TEXT, origin))


def with_text(training_data: TrainingData) -> List[Message]:
    return [message for message in training_data.training_examples if message.get(TEXT)]


def cache_folder(config: Dict[Text, Any]) -> Path:
    """Where the converted encoder lies; a relative path is one below ZHILU_VAR_DIR (default `var`)."""
    return var_dir() / config["cache_dir"]


def open_encoder(config: Dict[Text, Any], sample: Sequence[Text] = ()) -> Optional[Encoder]:
    """The encoder, or None with a warning where none can run; `sample` serves a conversion, should one be needed."""
    try:
        return load_encoder(
            cache_folder(config),
            variant=config["variant"],
            threads=config["threads"],
            cache_size=config["cache_size"],
            sample=sample,
        )
    except EncoderUnavailable as reason:
        logger.warning("working on character n-grams alone, which understands less: %s", reason)
        return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """A 384-dimensional sentence vector (multilingual-e5-small), computed once for each text; nothing where no encoder
    can run.

    Nothing is learned here, but the model keeps the key of the encoder that made its vectors, and is refused where
    another one would serve.
    """

    FILE = "encoder.json"

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """cache_dir: where the converted encoder lies, below ZHILU_VAR_DIR; threads: of one encoding; cache_size:
        texts remembered. spare_slots: what a form has asked for when an answer of at most spare_length characters needs
        no vector, unless it holds one of the words of spare_unless (a question in between)."""
        return {
            **DenseFeaturizer.get_default_config(),
            "cache_dir": "cache/encoder",
            "variant": "auto",
            "threads": 1,
            "cache_size": 2048,
            "spare_slots": [],
            "spare_length": 0,
            "spare_unless": "",
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        model_storage: Optional[ModelStorage] = None,
        resource: Optional[Resource] = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._unless = re.compile(self._config["spare_unless"] or r"(?!)")
        self._opened = False
        self._encoder: Optional[Encoder] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoderFeaturizer":
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceEncoderFeaturizer":
        featurizer = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            featurizer._open_for(json.loads((folder / cls.FILE).read_text(encoding="utf-8"))["key"])
        return featurizer

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Every value is checked where it is used."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """What the encoder's cache holds: after another conversion Rasa may not take the trained parts from its own
        cache."""
        folder = cache_folder({**cls.get_default_config(), **config})
        return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.json")))).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        encoder = self._open([fold(message.get(TEXT)) for message in with_text(training_data)])
        if self._model_storage is None or self._resource is None:
            raise ValueError("a featurizer without a model storage cannot be trained")
        with self._model_storage.write_to(self._resource) as folder:
            (folder / self.FILE).write_text(json.dumps({"key": encoder and encoder.key}), encoding="utf-8")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        encoder = self._open()
        if encoder is not None:
            wanted = [message for message in messages if not self._spared(message.get(TEXT) or "")]
            for message, vector in zip(wanted, encoder.encode([fold(message.get(TEXT) or "") for message in wanted])):
                attach(message, vector[np.newaxis], self._identifier)
        return messages

    def _spared(self, text: Text) -> bool:
        """Whether a vector would tell nothing: a button, or the plain answer that the form expects."""
        turn = current()
        if turn is None:
            return False
        expected = turn.expects in self._config["spare_slots"] and len(text) <= self._config["spare_length"]
        return text.startswith("/") or (expected and not self._unless.search(text))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(with_text(training_data))
        return training_data

    def _open(self, sample: Sequence[Text] = ()) -> Optional[Encoder]:
        if not self._opened:
            self._opened, self._encoder = True, open_encoder(self._config, sample)
        return self._encoder

    def _open_for(self, trained_with: Optional[Text]) -> None:
        """Open what the model was trained with: no encoder, or the one of that key."""
        if trained_with is None:
            self._opened = True
            logger.warning("the model was trained without sentence vectors and works on character n-grams alone")
            return
        encoder = self._open()
        if encoder is not None and encoder.key != trained_with:
            raise ModelOutdated(
                f"the model was trained with the sentence encoder {trained_with}, "
                f"this machine has {encoder.key}: train again (make train)"
            )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharNgramFeaturizer(SparseFeaturizer, GraphComponent):
    """TF-IDF of character n-grams; robust against typing errors and words no dictionary has."""

    FILE = "ngrams.npz"

    @classmethod
    def required_components(cls) -> List[Type]:
        return []

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """min_ngram, max_ngram: lengths; min_df: in how many examples an n-gram must stand."""
        return {**SparseFeaturizer.get_default_config(), "min_ngram": 1, "max_ngram": 4, "min_df": 2}

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        model_storage: ModelStorage,
        resource: Resource,
        ngrams: Optional[Ngrams] = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._ngrams = ngrams

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CharNgramFeaturizer":
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "CharNgramFeaturizer":
        with model_storage.read_from(resource) as folder:
            ngrams = Ngrams.load(folder / cls.FILE)
        return cls(config, execution_context.node_name, model_storage, resource, ngrams)

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Every value is checked where it is used."""

    def train(self, training_data: TrainingData) -> Resource:
        texts = [fold(message.get(TEXT)) for message in with_text(training_data)]
        self._ngrams = Ngrams.learn(
            texts, (self._config["min_ngram"], self._config["max_ngram"]), self._config["min_df"]
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder / self.FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        if self._ngrams is not None:
            for message in messages:
                attach(message, self._ngrams.row(fold(message.get(TEXT) or "")).tocoo(), self._identifier)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(with_text(training_data))
        return training_data
