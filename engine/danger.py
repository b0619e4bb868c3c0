"""The examples of data/care: what is danger, by kind, and what only sounds like it; what the learned second opinion knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Text

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.text import INVISIBLE

EXAMPLES = Path("data/care/examples.yml")
DANGER = "danger"
HARMLESS = "harmless"
KINDS = ("self-harm", "violence", "emergency", "threat", HARMLESS)


class DangerExamplesWrong(RasaException):
    """A file that cannot be learned from, and why."""


class DangerImporter(TrainingDataImporter):
    """Examples with the attribute `danger` and without an intent: no other component learns from them."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Any = None,
        examples: Text = str(EXAMPLES),
    ) -> None:
        self._examples = (Path(config_file).resolve().parent if config_file else Path()) / examples

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
        return TrainingData(list(examples(self._examples)))


def examples(path: Path) -> Iterator[Message]:
    """Every example in a fixed order, none where there is no file; DangerExamplesWrong for an unknown kind."""
    if not path.exists():
        return
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(content, dict) or not set(content) <= set(KINDS):
        raise DangerExamplesWrong(f"{path}: expected lists under {', '.join(KINDS)}")
    for kind, texts in content.items():
        for text in texts:
            yield Message(data={TEXT: INVISIBLE.sub("", str(text)).strip(), DANGER: kind})
