"""Checks the knowledge base against the list of topics that it has to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.entry import Entry
from knowledge.load import KnowledgeBase, Problem
from knowledge.wording import says
from knowledge.yamls import read_yaml
from petition.numerals import chinese_to_int

Topic = Mapping[str, Any]


def load_topics(path: Path) -> dict[str, Topic]:
    """The topics by id."""
    return {each["id"]: each for each in read_yaml(path)}


def check_topics(base: KnowledgeBase, topics: Mapping[str, Topic]) -> Iterator[Problem]:
    """Every entry is the topic that it says it is, and no topic is missing."""
    for topic in topics.values():
        if topic["id"] not in base:
            yield Problem("topics", 1, topic["id"], "not written yet")
    for entry in base:
        yield from (
            base.problem(entry.id, "related", f"unknown topic {each}") for each in entry.related if each not in topics
        )
        if entry.id not in topics:
            yield base.problem(entry.id, "id", "not a topic")
            continue
        yield from (base.problem(entry.id, field, message) for field, message in differences(entry, topics[entry.id]))


def differences(entry: Entry, topic: Topic) -> Iterator[tuple[str, str]]:
    """(field, message) wherever an entry is not what its topic wants."""
    for field in ("title", "audience", "channel"):
        if getattr(entry, field) != topic[field]:
            yield field, f"the topic says {topic[field]}"
    if entry.unverified != bool(topic.get("unverified")):
        yield "unverified", f"the topic says {bool(topic.get('unverified'))}"
    yield from (("related", f"{each} is missing") for each in topic.get("related", ()) if each not in entry.related)
    cited = {(each.law, each.article) for each in entry.citations}
    for citation in topic["citations"]:
        if (citation["law"], number_of(citation["article"])) not in cited:
            yield "citations", f"{citation['law']} article {citation['article']} is missing"
    text = "\n".join(entry.texts())
    yield from (("answer", f"must say {item}") for item in topic["must_say"] if not says(text, item))
    yield from (("answer", f"must not say {item}") for item in topic.get("must_not_say") or () if says(text, item))


def number_of(article: int | str) -> int:
    """35 of 35 and of 三十五."""
    return article if isinstance(article, int) else chinese_to_int(article)
