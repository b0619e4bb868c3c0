"""The training examples of Zhilu as a stock Rasa assistant would hold them: one nlu.yml, from a snapshot of data/.

What engine/importer.py reads: the phrasings of data/knowledge, the examples of data/nlu, and the narratives of data/narratives as `complain`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

COMPLAIN = "complain"
PREFIX = "- "
# as engine/text.py, which needs the engine's environment; a test compares the two
INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Form(StrEnum):
    """How a stock assistant holds a topic: as a response of the retrieval intent `ask`, or as an intent of its own."""

    RETRIEVAL = "retrieval"
    INTENTS = "intents"


@dataclass(frozen=True)
class Example:
    """A text, and the topic or the intent that it stands for."""

    text: str
    label: str


@dataclass(frozen=True)
class Material:
    """Every training example, and the first sentence of every topic's answer by topic id."""

    examples: tuple[Example, ...]
    answers: dict[str, str]

    @property
    def digest(self) -> str:
        """The same for the same examples, whatever their order; worker.py counts the same way."""
        return digest_of((each.label, each.text) for each in self.examples)


def digest_of(pairs: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of labels and texts without their order and repetitions."""
    lines = sorted({f"{label}\t{text}" for label, text in pairs})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_material(data: Path) -> Material:
    """All that an assistant may learn from below `data`."""
    entries = [entry for path in sorted((data / "knowledge").rglob("*.yml")) for entry in read_yaml(path) or []]
    asked = [Example(plain(text), entry["id"]) for entry in entries for text in entry.get("phrasings", [])]
    said = [each for path in sorted((data / "nlu").rglob("*.yml")) for each in intent_examples(path)]
    told = [each for path in sorted((data / "narratives").glob("*.yml")) for each in narratives(path)]
    return Material((*asked, *said, *told), {entry["id"]: str(entry["answer"]) for entry in entries})


def intent_examples(path: Path) -> Iterator[Example]:
    """The examples of a file in Rasa's own format."""
    for block in (read_yaml(path) or {}).get("nlu", []):
        lines = (line.strip() for line in block["examples"].splitlines())
        yield from (Example(line.removeprefix(PREFIX).strip(), block["intent"]) for line in lines if line)


def narratives(path: Path) -> Iterator[Example]:
    """What people told, whatever its matter and type."""
    for texts in (read_yaml(path) or {}).values():
        yield from (Example(plain(text), COMPLAIN) for text in texts or [])


def nlu_file(material: Material, form: Form) -> dict[str, Any]:
    """The content of nlu.yml: examples by intent and, for a retrieval intent, the responses."""
    by_label: dict[str, list[str]] = {}
    for example in material.examples:
        by_label.setdefault(intent_of(example.label, material, form), []).append(example.text)
    blocks = [
        {"intent": label, "examples": "".join(f"{PREFIX}{text}\n" for text in texts)}
        for label, texts in by_label.items()
    ]
    content: dict[str, Any] = {"version": "3.1", "nlu": blocks}
    if form is Form.RETRIEVAL:
        content["responses"] = {f"utter_ask/{topic}": [{"text": text}] for topic, text in material.answers.items()}
    return content


def intent_of(label: str, material: Material, form: Form) -> str:
    return f"ask/{label}" if form is Form.RETRIEVAL and label in material.answers else label


def snapshot(source: Path, target: Path, most: int | None = None) -> None:
    """Copies data/, so that nobody's editing comes between two systems; at most `most` examples a label or list."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    if most is None:
        return
    for folder, cut in (("knowledge", cut_entries), ("nlu", cut_blocks), ("narratives", cut_lists)):
        for path in (target / folder).rglob("*.yml"):
            write_yaml(path, cut(read_yaml(path), most))


def cut_entries(entries: Any, most: int) -> Any:
    return [{**entry, "phrasings": entry.get("phrasings", [])[:most]} for entry in entries or []]


def cut_blocks(content: Any, most: int) -> Any:
    blocks = [
        {**block, "examples": "".join(block["examples"].splitlines(keepends=True)[:most])} for block in content["nlu"]
    ]
    return {**content, "nlu": blocks}


def cut_lists(content: Any, most: int) -> Any:
    return {key: (texts or [])[:most] for key, texts in (content or {}).items()}


def plain(text: object) -> str:
    return INVISIBLE.sub("", str(text)).strip()


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)


def write_yaml(path: Path, content: Any) -> None:
    path.write_text(
        yaml.dump(content, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
    )
