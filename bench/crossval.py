"""What the engine makes of every training example it has not seen: five-fold cross-validation, one JSON line an example.

    PYTHONPATH=. engine/.venv/bin/python bench/crossval.py OUT.jsonl

Phrasings of data/knowledge, narratives of data/narratives and examples of data/nlu, judged by components with the settings of config.yml.
bench/calibrate.py reads the lines.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDS, SEED = 5, 20261121


def cross_validate() -> Iterator[dict]:
    """Every example once, judged by a model that has not seen it."""
    from rasa.shared.nlu.training_data.loading import load_data

    from engine.components.features import SentenceEncoderFeaturizer
    from engine.importer import KnowledgeImporter

    examples = KnowledgeImporter(str(ROOT / "config.yml")).get_nlu_data().intent_examples
    examples += load_data(str(ROOT / "data" / "nlu")).intent_examples
    order = list(range(len(examples)))
    random.Random(SEED).shuffle(order)
    settings = {"cache_dir": str(ROOT / "var" / "cache" / "encoder"), "cache_size": 2 * len(examples)}
    encoder = SentenceEncoderFeaturizer({**SentenceEncoderFeaturizer.get_default_config(), **settings}, "encoder")
    for fold in range(FOLDS):
        held_out = [examples[index] for index in order[fold::FOLDS]]
        known = [examples[index] for position, index in enumerate(order) if position % FOLDS != fold]
        yield from ({"fold": fold, **each} for each in judge(known, held_out, encoder))
        print(f"fold {fold + 1} of {FOLDS}", flush=True)


def judge(known: list, held_out: list, encoder) -> list[dict]:
    """Train the components of config.yml on the known examples and let them read the others."""
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from engine.components.classifier import NgramVectorClassifier
    from engine.components.features import CharNgramFeaturizer

    data = TrainingData([Message(data=dict(each.data)) for each in known])
    messages = [Message(data={"text": each.get("text")}) for each in held_out]
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))

        def component(kind):
            config = {**kind.get_default_config(), **configured(kind)}
            return kind.create(
                config, storage, Resource(kind.__name__), ExecutionContext(None, node_name=kind.__name__)
            )

        ngrams, classifier = component(CharNgramFeaturizer), component(NgramVectorClassifier)
        ngrams.train(data)
        for featurizer in (encoder, ngrams):
            featurizer.process_training_data(data)
            featurizer.process(messages)
        classifier.train(data)
        classifier.process(messages)
    return [row(each, message) for each, message in zip(held_out, messages, strict=True)]


def configured(kind) -> dict:
    """The settings of a component in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    found = next(each for each in pipeline if each["name"].endswith(kind.__name__))
    return {name: value for name, value in found.items() if name != "name"}


def row(example, message) -> dict:
    """What was wanted and what was understood."""
    from engine.importer import label_of

    intent, _, topic = label_of(example).partition("/")
    return {
        "text": example.get("text"),
        "group": intent,
        "topic": topic,
        "intent": message.get("intent")["name"],
        "topics": message.get("topics"),
        "foreign": next(
            (each["confidence"] for each in message.get("intent_ranking") if each["name"] == "out_of_scope"), 0.0
        ),
        "nearest": message.get("nearest"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    with options.out.open("w", encoding="utf-8") as stream:
        for each in cross_validate():
            stream.write(json.dumps(each, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
