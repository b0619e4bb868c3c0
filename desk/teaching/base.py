"""The knowledge base as it answers now, read again when somebody has published."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from desk.teaching.likeness import Rarity
from knowledge.entry import Entry
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import Office
from knowledge.periods import rendered
from knowledge.render import answer_reply
from zhilu.settings import Settings

Stamp = tuple[int, ...]


def knowledge_of(settings: Settings) -> KnowledgeBase:
    """With everything that is published."""
    return _read(settings.knowledge_dir, settings.lessons_dir, stamp(settings.knowledge_dir, settings.lessons_dir))


def stamp(*folders: Path) -> Stamp:
    """Another one as soon as a file is another one."""
    return tuple(path.stat().st_mtime_ns for folder in folders for path in sorted(folder.rglob("*.yml")))


@lru_cache(maxsize=4)
def _read(folder: Path, taught: Path, _stamp: Stamp) -> KnowledgeBase:
    return load_knowledge(folder, taught)


def rarity_of(settings: Settings) -> Rarity:
    """How rare characters are among the phrasings of the knowledge base."""
    return _rarity(settings.knowledge_dir, stamp(settings.knowledge_dir))


@lru_cache(maxsize=2)
def _rarity(folder: Path, _stamp: Stamp) -> Rarity:
    return Rarity.of(text for entry in load_knowledge(folder) for text in entry.phrasings)


def topic_named(base: KnowledgeBase, written: str) -> str:
    """The topic of this id or title; empty where there is none."""
    written = written.strip()
    if written in base:
        return written
    return next((each.id for each in base if each.title == written), "")


def preview(entry: Entry, office: Office) -> str:
    """What the citizen would read; the entry as written or as loaded."""
    return answer_reply(rendered(entry), office).text
