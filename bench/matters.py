"""How well matter and type of an unseen narrative are learned: five-fold cross-validation over data/narratives.

    PYTHONPATH=. engine/.venv/bin/python bench/matters.py [--confused]

Each narrative is judged by components with the settings of config.yml that have seen the other folds and the phrasings of data/knowledge,
once with the sentence vector and once on n-grams alone. The figures stand in bench/README.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDS, SEED = 5, 20261121
PAIRS = 20
SURE = 0.7


@dataclass(frozen=True)
class Judged:
    """A held-out narrative and what the components made of it: the probabilities by matter and by type."""

    text: str
    wanted: dict[str, str]
    found: dict[str, dict[str, float]]

    def best(self, attribute: str) -> str:
        return next(iter(self.found[attribute]))

    def right(self, attribute: str) -> bool:
        return self.best(attribute) == self.wanted[attribute]


def cross_validate(examples: Sequence[Any], known: Sequence[Any], with_vectors: bool) -> list[Judged]:
    """Every narrative once, judged by a model that has not seen it."""
    from sklearn.model_selection import StratifiedKFold

    strata = [f"{each.get('matter')}.{each.get('type')}" for each in examples]
    encoder = open_encoder(len(examples) + len(known)) if with_vectors else None
    judged: list[Judged] = []
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(examples, strata):
        judged += judge([*known, *(examples[i] for i in train)], [examples[i] for i in test], encoder)
    return judged


def open_encoder(texts: int) -> Any:
    """The featurizer of config.yml, which remembers every text."""
    from engine.components.features import SentenceEncoderFeaturizer

    settings = {"cache_dir": str(ROOT / "var" / "cache" / "encoder"), "cache_size": 2 * texts}
    return SentenceEncoderFeaturizer({**SentenceEncoderFeaturizer.get_default_config(), **settings}, "encoder")


def judge(known: list[Any], held_out: list[Any], encoder: Any) -> list[Judged]:
    """Train on the known examples and let the components read the others."""
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from engine.components.features import CharNgramFeaturizer
    from engine.components.matters import MATTERS, TYPES, MatterClassifier

    data = TrainingData([Message(data=dict(each.data)) for each in known])
    messages = [Message(data={"text": each.get("text")}) for each in held_out]
    with tempfile.TemporaryDirectory() as folder:
        ngrams, classifier = component(CharNgramFeaturizer, folder), component(MatterClassifier, folder)
        ngrams.train(data)
        for featurizer in filter(None, (encoder, ngrams)):
            featurizer.process_training_data(data)
            featurizer.process(messages)
        classifier.train(data)
        classifier.process(messages)
    return [
        Judged(
            each.get("text"),
            {"matter": each.get("matter"), "type": each.get("type")},
            {"matter": message.get(MATTERS), "type": message.get(TYPES)},
        )
        for each, message in zip(held_out, messages, strict=True)
        if message.get(MATTERS)
    ]


def component(kind: Any, folder: str) -> Any:
    """A component with its settings of config.yml."""
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource

    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    settings = next(each for each in pipeline if each["name"].endswith(kind.__name__))
    config = {**kind.get_default_config(), **{name: value for name, value in settings.items() if name != "name"}}
    storage = LocalModelStorage(Path(folder))
    return kind.create(config, storage, Resource(kind.__name__), ExecutionContext(None, node_name=kind.__name__))


def summary(judged: Sequence[Judged]) -> list[str]:
    """Accuracy of matter and type, and how far a sure matter can be trusted."""
    count = len(judged)
    second = sum(each.wanted["matter"] in list(each.found["matter"])[:2] for each in judged)
    sure = [each for each in judged if next(iter(each.found["matter"].values())) >= SURE]
    return [
        f"matter {share(sum(each.right('matter') for each in judged), count)}, among the first two {share(second, count)}",
        f"matter at a probability of {SURE} or more: {share(sum(each.right('matter') for each in sure), len(sure))} "
        f"of {share(len(sure), count)} of the narratives",
        f"type {share(sum(each.right('type') for each in judged), count)}, {by_label(judged, 'type')}",
        f"recall by matter: {by_label(judged, 'matter')}",
    ]


def by_label(judged: Sequence[Judged], attribute: str) -> str:
    """Recall and number of each label."""
    rights: dict[str, list[bool]] = defaultdict(list)
    for each in judged:
        rights[each.wanted[attribute]].append(each.right(attribute))
    return ", ".join(f"{label} {share(sum(found), len(found))} ({len(found)})" for label, found in rights.items())


def share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


def confusions(judged: Sequence[Judged], attribute: str) -> list[str]:
    """(wanted → found) pairs, most frequent first."""
    pairs = Counter((each.wanted[attribute], each.best(attribute)) for each in judged if not each.right(attribute))
    return [f"{wanted} → {found}: {number}" for (wanted, found), number in pairs.most_common(PAIRS)]


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--confused", action="store_true", help="list every narrative that was judged wrongly")
    options = parser.parse_args()
    from engine.importer import example, phrasings, told
    from engine.narratives import narratives

    examples = [told(each) for each in narratives(ROOT / "data" / "narratives")]
    known = [example(topic, text) for topic, text in phrasings(ROOT / "data" / "knowledge")]
    for name, with_vectors in (("n-grams alone", False), ("vectors and n-grams", True)):
        start = time.perf_counter()
        judged = cross_validate(examples, known, with_vectors)
        print(f"{name}: {len(judged)} narratives, {FOLDS} folds, {time.perf_counter() - start:.0f} s")
        print("\n".join(f"  {line}" for line in summary(judged)), flush=True)
    for attribute in ("matter", "type"):
        print(f"confused {attribute} (wanted → found): " + "; ".join(confusions(judged, attribute)))
    for each in judged if options.confused else ():
        if not (each.right("matter") and each.right("type")):
            print(f"  {each.wanted} → {each.best('matter')} {each.best('type')}: {each.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
