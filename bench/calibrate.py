"""Which thresholds of data/dialogue.yml `outcomes` cost least; writes bench/calibration.md.

    .venv/bin/python -m bench.calibrate [--rows FILE]

Five-fold cross-validation (bench/crossval.py) over every phrasing of data/knowledge, every narrative and every example of data/nlu; the
topics' own words are joined in without the phrasings that are held out. A citizen's question is answered, clarified with the right topic among those offered, or not understood; a message that asks nothing of the knowledge base
(out_of_scope, complain, greet) should get no answer from it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.dialogue import Dialogue, load_dialogue
from bench.crossval import FOLDS, SEED
from knowledge.entry import Entry
from knowledge.load import load_knowledge
from knowledge.outcome import Outcome, Ranked, Thresholds, decide
from knowledge.ranking import TopicWords

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "engine" / ".venv" / "bin" / "python"
FOREIGN_TIMES = load_dialogue(ROOT / "data" / "dialogue.yml").limits["foreign_times"]
NOT_ANSWERABLE = ("out_of_scope", "complain", "greet")
SHARE_ANSWERABLE = 0.8  # of the messages outside a form; the rest asks nothing of the knowledge base
COST = {"right": 0.0, "wrong": 4.0, "clarify": 1.0, "clarify-wrong": 2.0, "unknown": 2.0, "elsewhere": 2.0}
COST_NOT_ANSWERABLE = {"wrong": 4.0, "clarify-wrong": 1.0, "unknown": 0.0, "elsewhere": 0.0}
AS_GOOD_AS = 0.005  # a difference in cost that another seed would turn round
GRID = {
    "answer": (0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 0.25, 0.3),
    "lead": (1.0, 1.15, 1.3, 1.5, 2.0),
    "sure": (0.25, 0.33, 0.45, 0.55),
    "clarify": (0.05, 0.07, 0.1, 0.14),
    "nearest": (0.2, 0.28, 0.32, 0.36),
}


@dataclass(frozen=True)
class Row:
    """A held-out example and what the components made of it; `topic` is empty where nothing is asked of the knowledge base."""

    text: str
    group: str
    topic: str
    intent: str
    ranking: tuple[Ranked, ...]
    engine_first: str
    nearest: float
    foreign: float
    wish: bool
    question: bool


def outcome(row: Row, thresholds: Thresholds) -> str:
    """What the citizen gets, after the rules of data/rules/conversation.yml and actions/registry.py; stories apart."""
    decision = decide(row.ranking, row.nearest, thresholds).outcome
    first = row.ranking[0].score if row.ranking else 0.0
    if first < thresholds.sure and row.foreign >= FOREIGN_TIMES * first:
        decision = Outcome.UNKNOWN
    if row.intent == "out_of_scope":
        return "clarify" if decision != "unknown" else "unknown"
    if row.intent == "ask":
        return decision
    asks = row.intent == "complain" and not row.wish and row.question and decision == "answer"
    return "answer" if asks else "elsewhere"


def verdict(row: Row, thresholds: Thresholds) -> str:
    """right, wrong, clarify (the right topic is offered), clarify-wrong, unknown, elsewhere."""
    result = outcome(row, thresholds)
    if result == "answer":
        return "right" if row.ranking[0].topic == row.topic else "wrong"
    if result == "clarify":
        return "clarify" if row.topic in [each.topic for each in row.ranking[: thresholds.choices]] else "clarify-wrong"
    return result


def count(rows: Iterable[Row], thresholds: Thresholds) -> dict[str, Counter]:
    """Verdicts by group."""
    counted: dict[str, Counter] = {}
    for row in rows:
        counted.setdefault(row.group, Counter())[verdict(row, thresholds)] += 1
    return counted


def cost(counted: dict[str, Counter]) -> float:
    """Mean cost of a message; the groups that ask nothing weigh as much as one another."""
    asked = mean_cost(counted["ask"], COST)
    others = [mean_cost(counted[group], COST_NOT_ANSWERABLE) for group in NOT_ANSWERABLE]
    return SHARE_ANSWERABLE * asked + (1 - SHARE_ANSWERABLE) * sum(others) / len(others)


def mean_cost(verdicts: Counter, costs: dict[str, float]) -> float:
    return sum(costs[name] * number for name, number in verdicts.items()) / sum(verdicts.values())


def choose(rows: list[Row], now: Thresholds) -> Thresholds:
    """Among the points of the grid that cost as good as the least, the one that answers most questions rightly; then the strictest."""
    points = [replace(now, **dict(zip(GRID, values, strict=True))) for values in itertools.product(*GRID.values())]
    counted = {each: count(rows, each) for each in points if each.clarify <= each.answer <= each.sure}
    costs = {each: cost(verdicts) for each, verdicts in counted.items()}
    lowest = min(costs.values())
    good = [each for each, value in costs.items() if value <= lowest + AS_GOOD_AS]
    return max(good, key=lambda each: (counted[each]["ask"]["right"], each.nearest, each.clarify, -each.sure))


def held_out_rows(path: Path) -> list[Row]:
    """The lines of bench/crossval.py, each ranked with words that know the other folds alone."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    base, dialogue = load_knowledge(ROOT / "data" / "knowledge"), load_dialogue(ROOT / "data" / "dialogue.yml")
    rows: list[Row] = []
    for fold in sorted({line["fold"] for line in lines}):
        own = [line for line in lines if line["fold"] == fold]
        words = TopicWords(without(base, {line["text"] for line in own}))
        rows += [row(line, words, dialogue) for line in own]
    return rows


def without(base: Iterable[Entry], held_out: set[str]) -> Iterator[Entry]:
    """The topics without these phrasings."""
    for entry in base:
        yield entry.model_copy(update={"phrasings": [each for each in entry.phrasings if each not in held_out]})


def row(line: dict[str, Any], words: TopicWords, dialogue: Dialogue) -> Row:
    """What was wanted, and what was understood."""
    engine = tuple(Ranked(each["id"], each["score"]) for each in line["topics"])
    text = line["text"]
    return Row(
        text=text,
        group=line["group"],
        topic=line["topic"],
        intent=line["intent"],
        ranking=words.fused(text, engine, dialogue.outcomes.words_weight),
        engine_first=engine[0].topic if engine else "",
        nearest=line["nearest"],
        foreign=line["foreign"],
        wish=dialogue.says("wish", text),
        question=dialogue.says("question", text),
    )


def confusions(rows: list[Row]) -> list[tuple[tuple[str, str], int]]:
    """(wanted, first) pairs among the questions, most frequent first; the first is an intent where no question was heard."""
    pairs = Counter(
        (row.topic, row.ranking[0].topic if row.intent == "ask" else row.intent)
        for row in rows
        if row.group == "ask" and (row.intent != "ask" or row.ranking[0].topic != row.topic)
    )
    return pairs.most_common(25)


def share(counted: Counter, *names: str) -> str:
    return f"{100 * sum(counted[name] for name in names) / max(1, sum(counted.values())):.1f}"


def line(name: str, thresholds: Thresholds, counted: dict[str, Counter]) -> str:
    """A row of the table of trade-offs."""
    ask, rest = counted["ask"], [counted[group] for group in NOT_ANSWERABLE]
    values = [
        f"{value:g}"
        for value in (thresholds.answer, thresholds.lead, thresholds.sure, thresholds.clarify, thresholds.nearest)
    ]
    asked = [share(ask, each) for each in ("right", "wrong", "clarify", "clarify-wrong", "unknown", "elsewhere")]
    kept = [share(each, "unknown", "elsewhere") for each in rest]
    return "| " + " | ".join([name, *values, *asked, *kept, f"{cost(counted):.3f}"]) + " |"


def report(rows: list[Row], now: Thresholds, best: Thresholds) -> str:
    """bench/calibration.md."""
    variants = [("now", now), ("chosen", best)]
    variants += [
        (f"{name} {value:g}", replace(best, **{name: value}))
        for name, values in GRID.items()
        for value in values
        if value != getattr(best, name)
    ]
    table = [line(name, thresholds, count(rows, thresholds)) for name, thresholds in variants]
    asked = [row for row in rows if row.group == "ask"]
    first = sum(row.ranking[0].topic == row.topic for row in asked)
    engine = sum(row.engine_first == row.topic for row in asked)
    three = sum(row.topic in [each.topic for each in row.ranking[:3]] for row in asked)
    pairs = [f"| {wanted} | {heard} | {number} |" for (wanted, heard), number in confusions(rows)]
    answered = [
        f"- {row.group}: {row.text} → {row.ranking[0].topic} ({row.ranking[0].score:.2f}, nearest {row.nearest:.2f})"
        for row in rows
        if row.group in NOT_ANSWERABLE and outcome(row, best) == "answer"
    ]
    return TEXT.format(
        today=datetime.now(UTC).date().isoformat(),
        folds=FOLDS,
        seed=SEED,
        phrasings=len(asked),
        topics=len({row.topic for row in asked}),
        others=len(rows) - len(asked),
        first=100 * first / len(asked),
        engine=100 * engine / len(asked),
        three=100 * three / len(asked),
        share=100 * SHARE_ANSWERABLE,
        tolerance=AS_GOOD_AS,
        answer=best.answer,
        lead=best.lead,
        sure=best.sure,
        clarify=best.clarify,
        nearest=best.nearest,
        table="\n".join(table),
        pairs="\n".join(pairs),
        answered="\n".join(answered) or "None.",
    )


TEXT = """# Calibration of the outcomes

{today}, `.venv/bin/python -m bench.calibrate`. {folds}-fold cross-validation, seed {seed}: {phrasings} phrasings of {topics}
topics and {others} examples of other intents, each judged by a model that has not seen it. The right topic is first for {first:.1f} % of the
phrasings (by the classifier alone {engine:.1f} %), among the first three for {three:.1f} %. The shipped model has seen a quarter more examples than each of these.

Cost: wrong answer 4, clarify 1 (2 where the right topic is not offered), unknown or led elsewhere 2; where nothing is asked of the
knowledge base an answer costs 4, a clarify 1. {share:.0f} % of the messages are taken to be questions. Chosen is, among the points that cost
at most {tolerance} more than the cheapest, the one that answers most questions rightly.

```yaml
outcomes:
  answer: {answer}
  lead: {lead}
  sure: {sure}
  clarify: {clarify}
  nearest: {nearest}
```

## Trade-off

Percent. Questions: answered right, answered wrong, clarified with the right topic offered, clarified without it, unknown, led elsewhere (another
intent). Rejected: out_of_scope, complain and greet that get neither an answer nor a choice of topics. Below `chosen` one threshold is moved.

| variant | answer | lead | sure | clarify | nearest | right | wrong | offered | not offered | unknown | elsewhere | oos | complain | greet | cost |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
{table}

## Confusions

The wanted topic, and what stood first (a topic, or an intent where no question was heard).

| wanted | first | times |
|---|---|---|
{pairs}

## Answered although nothing was asked, with the chosen thresholds

{answered}
"""


def main() -> int:
    """Prints where the report stands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "calibration.md")
    parser.add_argument("--rows", type=Path, help="lines of bench/crossval.py; otherwise it is run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.rows or Path(folder) / "rows.jsonl"
        if not options.rows:
            subprocess.run(
                [ENGINE, ROOT / "bench" / "crossval.py", path],
                cwd=ROOT,
                check=True,
                env={**os.environ, "PYTHONPATH": "."},
            )
        rows = held_out_rows(path)
    now = load_dialogue(ROOT / "data" / "dialogue.yml").outcomes
    options.out.write_text(report(rows, now, choose(rows, now)), encoding="utf-8")
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
