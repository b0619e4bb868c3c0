"""The labelled narratives of data/narratives: one file a matter, in it lists by type; what the learned triage hint knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Text

import yaml
from rasa.shared.exceptions import RasaException

from engine.text import INVISIBLE, fold

MATTERS = (
    "labour",
    "land",
    "housing",
    "rural",
    "environment",
    "transport",
    "education",
    "health",
    "civil-affairs",
    "veterans",
    "commerce",
    "finance",
    "economy",
    "technology",
    "justice",
    "discipline",
    "governance",
)
TYPES = ("claim", "report", "suggestion")


class NarrativesWrong(RasaException):
    """A file of data/narratives that cannot be learned from, and why."""


@dataclass(frozen=True)
class Narrative:
    """What somebody told, with its matter (问题类别) and its type."""

    text: Text
    matter: Text
    type: Text


def narratives(folder: Path) -> List[Narrative]:
    """Every narrative below folder in a fixed order; NarrativesWrong for an unknown label or a narrative that stands
    twice."""
    found = [each for path in sorted(folder.glob("*.yml")) for each in of_file(path)]
    places: Dict[Text, Text] = {}
    for each in found:
        place, before = f"{each.matter}.{each.type}", places.get(fold(each.text))
        if before is not None:
            raise NarrativesWrong(f"{folder}: this narrative stands under {before} and under {place}: {each.text}")
        places[fold(each.text)] = place
    return found


def of_file(path: Path) -> Iterator[Narrative]:
    """The narratives of the matter that the file is named after."""
    matter = path.stem
    if matter not in MATTERS:
        raise NarrativesWrong(f"{path}: there is no matter “{matter}”; known are {', '.join(MATTERS)}")
    for kind, texts in mapping(path).items():
        if kind not in TYPES:
            raise NarrativesWrong(f"{path}: there is no type “{kind}”; known are {', '.join(TYPES)}")
        for text in texts or []:
            if not isinstance(text, str) or not text.strip():
                raise NarrativesWrong(f"{path}: under {kind} stands something that is no text: {text!r}")
            yield Narrative(INVISIBLE.sub("", text).strip(), matter, kind)


def mapping(path: Path) -> Dict[Text, List[Any]]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(content, dict) or not all(isinstance(texts, (list, type(None))) for texts in content.values()):
        raise NarrativesWrong(f"{path}: expected lists of narratives under {', '.join(TYPES)}")
    return content
