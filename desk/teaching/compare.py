"""Two models on the same questions: what each would answer, and which of the two is the better answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from knowledge.outcome import Decision, Outcome
from knowledge.yamls import read_yaml

NOTHING = "none"  # the key of questions that are none of our business


class Verdict(StrEnum):
    """What the citizen gets."""

    RIGHT = "right"
    OFFERED = "offered"  # asked back, the right topic among those offered
    UNKNOWN = "unknown"  # an honest "I don't know"
    ELSEWHERE = "elsewhere"  # taken for something else than a question
    MISLED = "misled"  # asked back, the right topic not among those offered
    WRONG = "wrong"


# As in bench/calibrate.py: a wrong answer costs four times as much as asking back.
COST = {
    Verdict.RIGHT: 0.0, Verdict.OFFERED: 1.0, Verdict.UNKNOWN: 2.0, Verdict.ELSEWHERE: 2.0, Verdict.MISLED: 2.0,
    Verdict.WRONG: 4.0,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An evaluation question: the topics that answer it, none where nothing should."""

    text: str
    topics: frozenset[str]


@dataclass(frozen=True)
class Judged:
    """What a model makes of a question, and the topic it puts first."""

    verdict: Verdict
    first: str


def load_questions(folder: Path) -> list[Asked]:
    """data/eval: by topic (several with a comma between them), or `none`, the questions; ValueError for one that stands twice."""
    found: dict[str, Asked] = {}
    for path in sorted(folder.glob("*.yml")):
        for key, texts in (read_yaml(path) or {}).items():
            topics = frozenset(each.strip() for each in key.split(",")) - {NOTHING}
            for text in texts:
                if text in found:
                    raise ValueError(f"{path.name}: {text} stands twice")
                found[text] = Asked(text, topics)
    return list(found.values())


def verdict(decision: Decision | None, wanted: frozenset[str]) -> Judged:
    """`decision` None: it was taken for something else than a question."""
    first = decision.topics[0] if decision and decision.topics else ""
    if decision is None:
        return Judged(Verdict.ELSEWHERE if wanted else Verdict.RIGHT, first)
    if decision.outcome is Outcome.UNKNOWN:
        return Judged(Verdict.UNKNOWN if wanted else Verdict.RIGHT, first)
    if decision.outcome is Outcome.CLARIFY:
        offered = bool(wanted & set(decision.topics))
        return Judged(Verdict.OFFERED if offered else Verdict.MISLED, first)
    return Judged(Verdict.RIGHT if first in wanted else Verdict.WRONG, first)


def report(
    questions: Sequence[Asked], before: Sequence[Judged], after: Sequence[Judged], taught: Iterable[str]
) -> dict[str, Any]:
    """What the page shows: counts, what got better, what got worse, and how the new phrasings fare."""
    rows = list(zip(questions, before, after, strict=True))
    new = set(taught)
    shipped = [row for row in rows if row[0].text not in new]
    return {
        "questions": len(shipped),
        "before": counted(row[1] for row in shipped),
        "after": counted(row[2] for row in shipped),
        "better": changed(shipped, lambda old, now: now < old),
        "worse": changed(shipped, lambda old, now: now > old),
        "taught": [line(row) for row in rows if row[0].text in new],
    }


def counted(judged: Iterable[Judged]) -> dict[str, int]:
    found = Counter(each.verdict for each in judged)
    return {each.value: found[each] for each in Verdict}


def changed(
    rows: Iterable[tuple[Asked, Judged, Judged]], wanted: Callable[[float, float], bool]
) -> list[dict[str, Any]]:
    return [line(row) for row in rows if wanted(COST[row[1].verdict], COST[row[2].verdict])]


def line(row: tuple[Asked, Judged, Judged]) -> dict[str, Any]:
    asked, before, after = row
    return {
        "text": asked.text,
        "wanted": sorted(asked.topics),
        "before": before.verdict.value,
        "before_topic": before.first,
        "after": after.verdict.value,
        "after_topic": after.first,
    }
