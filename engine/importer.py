"""Turns the phrasings of data/knowledge and the narratives of data/narratives into training examples, so that they
stand once; refuses a configuration that cannot run here."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set, Text, Tuple, Union

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.narratives import Narrative, narratives
from engine.text import INVISIBLE
from engine.var import taught_dir

KNOWLEDGE = Path("data/knowledge")
NARRATIVES = Path("data/narratives")
ASK = "ask"
COMPLAIN = "complain"
TOPIC = "topic"
MATTER = "matter"
TYPE = "type"
STAND_IN = "no_tensorflow"
COMPUTING_WITH_TENSORFLOW = {"DIETClassifier", "TEDPolicy", "ConveRTFeaturizer", "LanguageModelFeaturizer"}


class NeedsTensorFlow(RasaException):
    """config.yml names components that this environment cannot run."""


class KnowledgeImporter(TrainingDataImporter):
    """Examples of `ask/<topic>` from every entry of the knowledge base, and of `complain` with matter and type from
    every labelled narrative; adds nothing to domain, stories or configuration."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        knowledge: Text = str(KNOWLEDGE),
        narratives: Text = str(NARRATIVES),
        taught: Optional[Text] = None,
    ) -> None:
        root = Path(config_file).resolve().parent if config_file else Path()
        self._knowledge, self._narratives = root / knowledge, root / narratives
        self._taught = Path(taught) if taught else taught_dir()
        if config_file:
            refuse_tensorflow(read_yaml(Path(config_file)) or {})

    def get_domain(self) -> Domain:
        return Domain.empty()

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    def get_config(self) -> Dict:
        return {}

    def get_config_file_for_auto_config(self) -> Optional[Text]:
        return None

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        learned = dict.fromkeys([*phrasings(self._knowledge), *phrasings(self._taught)])
        asked = [example(topic, text) for topic, text in learned]
        return TrainingData(asked + [told(each) for each in narratives(self._narratives)])


def phrasings(folder: Path) -> Iterator[Tuple[Text, Text]]:
    """(topic, phrasing) of every entry below folder, in a fixed order."""
    for path in sorted(folder.rglob("*.yml")):
        for entry in read_yaml(path) or []:
            for text in entry.get("phrasings", []):
                yield entry["id"], INVISIBLE.sub("", str(text)).strip()


class Example(Message):
    """A phrasing of a topic. Rasa sees the intent `ask` alone: as a retrieval intent it would want responses of its
    own."""

    def get_full_intent(self) -> Text:
        return label_of(self)


def example(topic: Text, text: Text) -> Example:
    """A training example of the intent `ask` and its topic."""
    return Example(data={TEXT: text, INTENT: ASK, TOPIC: topic})


def told(narrative: Narrative) -> Message:
    """A training example of the intent `complain`, its matter and its type."""
    return Message(data={TEXT: narrative.text, INTENT: COMPLAIN, MATTER: narrative.matter, TYPE: narrative.type})


def label_of(message: Message) -> Text:
    """What the classifier learns: the intent, or `ask/<topic>`."""
    topic = message.get(TOPIC)
    return f"{message.get(INTENT)}/{topic}" if topic else str(message.get(INTENT))


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def refuse_tensorflow(config: Dict[Text, Any]) -> None:
    """NeedsTensorFlow where TensorFlow is a stand-in and a configured component computes with it."""
    if importlib.util.find_spec(STAND_IN) is None:
        return
    named = [each["name"] for part in ("pipeline", "policies") for each in config.get(part) or []]
    refused = [name for name in named if ancestry(name) & COMPUTING_WITH_TENSORFLOW]
    if refused:
        raise NeedsTensorFlow(
            f"config.yml names {', '.join(refused)}, which needs TensorFlow; this engine is built without it. "
            "Use the components that config.yml came with, or an environment with the real TensorFlow (docs/adr/0003-no-tensorflow.md)."
        )


def ancestry(name: Text) -> Set[Text]:
    """Names of the component's class and of those it is derived from; none for one that Rasa does not know, which it
    will report itself."""
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.shared.exceptions import InvalidConfigException

    try:
        return {each.__name__ for each in DefaultV1Recipe._from_registry(name).clazz.__mro__}
    except (InvalidConfigException, ImportError):
        return set()
